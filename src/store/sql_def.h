/* sql_def.h - shape of the catalogue that tools/gen_sql.py makes from the *.sql files: statements, schema, tables. */
#ifndef YITI_STORE_SQL_DEF_H
#define YITI_STORE_SQL_DEF_H

#include "sql_gen.h"

enum sql_driver { SQL_SQLITE, SQL_POSTGRES, SQL_DRIVERS };

/*
 * In SQL text \1c stands for the statement's parameter number c - '0', \5c for the fragment's own one, \2 for the place of the
 * filters, \3 for the order, \4 for the keyset condition (without \4 it stands in front of the order).
 */
struct sql_fragment {
    const char *name;
    const char *types; /* of its own parameters, as in struct sql_stmt */
    const char *text[SQL_DRIVERS];
    const char *after[SQL_DRIVERS]; /* orders: the keyset condition */
};
enum sql_stmt_flags { SQL_READ = 1, SQL_SCOPED = 2, SQL_UNSCOPED = 4 };
struct sql_stmt {
    const char *name;
    const char *types;  /* a letter a parameter: i t r b; upper case may be NULL */
    const char *params; /* their names, separated by commas */
    unsigned flags;
    const char *text[SQL_DRIVERS];
    const struct sql_fragment *filters;
    int n_filters;
    const struct sql_fragment *orders;
    int n_orders;
};
struct sql_schema {
    const char *room;
    int version;
    const char *topic;
    const char *ddl[SQL_DRIVERS]; /* "" when the file is for the other driver only */
};
struct sql_column {
    const char *name;
    char type;
    int nullable;
    int key; /* place in the primary key, from 1; 0 when it is not in it */
};
enum sql_table_flags { SQL_DISTRIBUTED = 1, SQL_TABLE_SCOPED = 2, SQL_TABLE_JOURNALLED = 4 };
struct sql_table {
    const char *name;
    unsigned flags;
    const struct sql_column *columns;
    int n_columns;
};
struct sql_catalog {
    const struct sql_stmt *stmts; /* [0] is none */
    int n_stmts;
    const struct sql_schema *schema; /* in the order in which they are applied */
    int n_schema;
    const struct sql_table *tables;
    int n_tables;
};
extern const struct sql_catalog sql_catalog;

#endif
