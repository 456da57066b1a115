-- C-DB-82
select 1, -1, 1.5, -1.50, .5, 1e3, 1.5e-3, 'a', null, true, false, 0x41, x'4142';
select 1+1, 1-2, 2*3, 7/2, 7 div 2, 7 % 2, -7 % 3, -7 div 2, 7 mod 4, 1.5+2, 1.25*3, 1.0/3, 2/3.00, '3'+4, 'x'+1, '1.5'*2;
select 1=1, 1=2, 1<>1, 1!=2, 1<2, 2<=2, 3>2, 3>=4, null=null, null<=>null, 1<=>null, 1=1.0, '1'=1, 'a'='A', 'a'='a ', 'a'<'b', 'B'>'a', 'x'=0;
select 1 and 1, 1 and 0, 0 and null, 1 and null, 1 or null, 0 or null, not 1, not null, !0, 1 xor 1, 1 xor 0, 1 && 0, 1 or 0 and 0, not 1 = 2;
select 1 in (1,2), 3 in (1,2), 3 in (1,null), 3 not in (1,2), null in (1), 2 between 1 and 3, 2 not between 1 and 3, 1 between null and 0, 5 between 1 and 3 or 1;
select null is null, 1 is null, 1 is not null, 1 is true, 0 is false, null is unknown, 2 is not true, null is not false;
select 'abc' like 'a%', 'abc' like '_b_', 'abc' like 'b%', 'abc' not like 'b%', 'a%c' like 'a\%c', 'abc' like 'A%', 'abc' like null, '' like '%', 'aXbXc' like 'a%x%c';
select case when 1 then 'yes' else 'no' end, case 2 when 1 then 'one' when 2 then 'two' end, case 3 when 1 then 'one' end, case when 0 then 1 end;
select coalesce(null, 2, 3), ifnull(null, 'x'), ifnull(1, 2), if(1, 'a', 'b'), if(null, 'a', 'b'), nullif(1, 1), nullif(1, 2);
select concat('a', 1, 'b'), concat('a', null), length('abc'), length('äöü') as bytes, char_length('äöü') as letters, lower('ABC'), upper('abc'), substring('hello', 2, 3), substr('hello', -3), trim('  x ');
select abs(-5), abs(5), greatest(1, 3, 2), least(3, 1, 2);
set timestamp = 1720064038;
select now(), current_timestamp, current_timestamp(), now(3), utc_timestamp(), curdate(), current_date;
select date_add('2024-01-31', interval 1 month), date_sub('2024-03-01 00:00:00', interval 1 second), now() + interval 1 day, timestampadd(hour, 2, '2024-01-01 23:00:00'), timestampdiff(day, '2024-01-01', '2024-03-01'), timestampdiff(month, '2024-01-31', '2024-02-29'), timestampdiff(second, '2024-01-01', '2024-01-01 00:01:00');
select cast('12' as signed), cast('-3.7' as signed), cast(3.7 as signed), cast(-1 as unsigned), cast(12 as char), cast('abc' as char(2)), cast('2024-01-02 03:04:05' as date), cast('2024-01-02' as datetime), cast('1.256' as decimal(5,2)), cast('x' as signed);
select '2024-01-02' = date '2024-01-02', timestamp '2024-01-02 00:00:00' = '2024-01-02', date '2024-01-02' < '2024-01-03', now() > '2020-01-01';
select database(), 1 as one, 2 two, 'x' as `a b`, 1 + 2 as sum;
select 1 from dual;
select 1 from dual where 1 = 2;
select 1
/* and
another */ + 1;
select 1e14, 1e15, 1e16, 123456789012345e0, 1234567890123456e0, 1e-5, 1e-14, 1e-15, 1.5e-20, 0.000001e0, -2.5e0, 100e0;
select 'it''s', "say ""x""", 'a\'b', 'tab\tx', 'a' 'b';
select count(*), 1;
select ((((1+2))*3));
select 12345678901234567890, 123456789012345678901234567890.5, 9223372036854775807, 9223372036854775808, -9223372036854775808;
select 0.1 + 0.2, 0.1e0 + 0.2e0, 1e20, 1e15, 123456789.123, 1/3e0;
select 3 > 2 > 1, 1 = 1 = 1, 2 + 3 * 4 - 5, -2 + 3, - - 2, 1 - -1;
