-- C-DB-80, 85, 87, C-JSI-42 to 45, C-GLD-17, C-GLD-19
create table users(id int auto_increment primary key, user_id varchar(20), pwd varchar(20), name varchar(20), created_at datetime default now());
show create table users;
create table types(a tinyint, b smallint unsigned, c mediumint, d int unsigned, e bigint, e2 bigint unsigned, f decimal, g decimal(10,3), h float, i double, j char, k char(5), l varchar(10), m text, n tinytext, o mediumtext, p longtext, q binary(3), r varbinary(4), s blob, t date, u time, v time(3), w datetime, x datetime(6), y timestamp, z bool, z2 boolean not null default false);
show create table types;
show columns from types;
create table attributes(id bigint unsigned not null auto_increment, s varchar(10) not null default 'it''s', n int default -5, d decimal(5,2) default 1.5, dt date default '2024-01-02', ts timestamp not null default current_timestamp, up datetime(3) default now(3) on update now(3), u1 int unique, u2 int not null, primary key(id), unique key second(u2, s), key plain(n), key(dt), b blob);
show create table attributes;
show columns from attributes;
create table copy like attributes;
show create table copy;
create table if not exists copy(id int);
CREATE TABLE `my_topic_users` (
`id` INT NOT NULL,
`user_id` TEXT NULL,
`pwd` TEXT NULL,
`name` TEXT NULL,
`created_at` DATETIME(3) NULL);
INSERT INTO `my_topic_users`(`id`,`user_id`,`pwd`,`name`,`created_at`) VALUES(1,'u1','p1','Kim','2024-07-04 03:33:58');
select * from my_topic_users;
ALTER TABLE `my_topic_users` ADD `nick` TEXT NULL;
ALTER TABLE `my_topic_users`
ADD `a` INT NULL,
ADD `b` DATETIME(3) NULL;
alter table my_topic_users add column c int not null, add column e varchar(5) not null, add column f int default 7, add g int not null default 8;
select * from my_topic_users;
show create table my_topic_users;
alter table my_topic_users add column if not exists c int;
alter table my_topic_users add (h int, i int);
insert into my_topic_users(id, c, e) values (2, 1, 'x');
select id, nick, c, e, f, g, h from my_topic_users;
drop table copy, attributes;
show tables;
truncate my_topic_users;
select count(*) from my_topic_users;
create table nokey(v int);
insert into nokey values (1), (1), (null);
delete from nokey where v = 1 limit 1;
select * from nokey;
