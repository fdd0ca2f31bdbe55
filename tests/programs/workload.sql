-- Something of everything for the sqlite3 shell: indices, joins, blobs, triggers, recursive queries, a window,
-- transactions rolled back, text search by pattern, vacuum.
pragma journal_mode = memory;
pragma cache_size = 4000;
create table person (id integer primary key, name text, town text, born integer);
create table payment (id integer primary key, person integer references person, amount real, note blob);
create table audit (what text, how_many integer);
create trigger watch after delete on payment begin insert into audit values ('delete', old.person); end;

with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
insert into person select i, printf('name %d %s', i * 7919 % 20000, hex(i * i)), 'town ' || i % 97, 1900 + i % 120 from n;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 60000)
insert into payment select i, i * 31 % 20000 + 1, i * 0.25, zeroblob(i % 257) from n;

create index by_town on person (town, born);
create index by_person on payment (person);
create unique index by_name on person (name);

select town, count(*), round(sum(amount), 2), max(length(note))
	from person join payment on payment.person = person.id group by town order by town;
select name, rank() over (partition by town order by born, id) as place from person
	where town like 'town 4%' order by name limit 50;
select count(*) from person a join person b on a.born = b.born and a.town < b.town;
select group_concat(name, '|') from (select name from person where name glob '*7*' order by name limit 400);

begin;
update payment set note = x'00ff' || 'changed ' || id where id % 3 = 0;
savepoint half;
delete from payment where id % 5 = 0;
rollback to half;
delete from payment where id % 11 = 0;
commit;
select what, count(*), sum(how_many) from audit group by what;

create table blob_store as select id, hex(zeroblob(id % 900)) || id as text from person where id % 4 = 0;
update blob_store set text = text || text || text where id % 8 = 0;
select count(*), sum(length(text)) from blob_store;
delete from blob_store where id % 3 = 0;
drop table audit;
vacuum;
pragma integrity_check;
analyze;
select tbl, idx, stat from sqlite_stat1 order by tbl, idx;
