-- A shop in memory. ROWS stands for the number of orders.
create table article (id integer primary key, name text unique, price real);
create table entry (id integer primary key, article integer, customer text, amount integer, note text);

with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)
insert into article select i, 'article ' || hex(i * 7919), i * 0.25 from n;
with recursive n(i) as (select 1 union all select i + 1 from n where i < ROWS)
insert into entry select i, i * 7919 % 5000 + 1, 'customer ' || i * 31 % 9973, i % 7 + 1,
	substr('a note on an order that is as long as the order asks for, not longer', 1, i % 68) from n;

create index by_article on entry (article);
create index by_customer on entry (customer, amount);

select sum(length(name)), round(sum(total), 2) from (select article.name as name, sum(amount * price) as total
	from entry join article on article.id = entry.article group by article.id);
select count(*), max(notes) from (select customer, length(group_concat(note, ';')) as notes from entry
	group by customer having count(*) > 1);
update entry set note = note || ' (changed)', amount = amount + 1 where id % 3 = 0;
select count(*) from entry where note like '%long%changed%';
delete from entry where customer in (select customer from entry where id % 10 = 0 limit 2000);
select count(distinct upper(note)), sum(length(replace(note, 'order', 'commission'))) from entry;
create table copy as select id, customer || note as text from entry order by customer desc, id;
select count(*), sum(length(text)) from copy;
drop table entry;
