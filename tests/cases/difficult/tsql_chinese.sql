-- 只有中文名字：没有分号，列表末尾有逗号，LIKE 带有字符类
CREATE DATABASE 图书馆
GO
USE 图书馆
GO
create table 读者
(
  读者号 char(6) not null,
  姓名 nvarchar(20) not null,
  性别 char(2) default '男',
  constraint 读者主键 primary key (读者号),
  constraint 读者号规则 check (读者号 like 'D[0-9][0-9]'),
)
create table 图书
(
  书号 varchar(20) primary key,
  书名 nvarchar(50),
  [折扣%] real,
  [型号（新）] varchar(10),
)
create table 借阅
(
  读者号 char(6) not null constraint 借阅读者 foreign key references 读者(读者号),
  书号 varchar(20) not null foreign key references 图书(书号),
  借出日期 smalldatetime,
  primary key (读者号, 书号)
)
