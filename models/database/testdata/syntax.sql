-- C-DB-40 (1064)
selec 1;
select * from t where;
select 1 +;
select (1;
select 1);
select * frm t x y;
select id fro t
where;
create table t4();
create table t4(v int not nul);
create table t4(v varchar);
insert into t(id) valus (1);
insert into t(id) values (1) on duplicate;
insert into t values;
select id from t order id;
delete t where id=1;
select * from t where id = = 3 and x;
select 1 a b;
select 1 from t limit -1;
select 1 from t limit 'a';
update t set;
alter table t add;
create table select(id int);
create table t(key int);
select from t;
select 1 from dual where 1 in ();
drop table;
select 1,
2,
3 4,
5;
select 'this is a long statement that the server cuts when it quotes it' from where a very long rest of the statement follows that is more than eighty bytes long;
begin x;
commit now;
set autocommit;
show;
