/*
 * yaml.h - packs are written in YAML: text to a tree that remembers lines, and one table-driven check of such a tree. Taken is the part of YAML that
 * people can read without surprise: maps, lists and scalars; no anchors and aliases, no tags, no second document, no key twice, keys are plain
 * words. Whether a scalar is a number, a day or a word is said by the schema, never guessed from its look (`no` stays the word no).
 */
#ifndef YITI_BASE_YAML_H
#define YITI_BASE_YAML_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fail.h"

#define YAML_BYTES_MAX (1u << 20) /* bytes of one file; RC_LIMIT */
#define YAML_DEPTH_MAX 32         /* levels; RC_LIMIT */
#define YAML_NODES_MAX 100000     /* scalars, lists and maps of one file; RC_LIMIT */

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };
struct yaml {
    enum yaml_kind kind;
    int line, column;   /* from 1; columns count characters */
    struct span key;    /* of a member of a map */
    struct span text;   /* of a scalar */
    bool quoted;        /* a scalar in quotes or a block: never null, even when empty */
    struct yaml *first; /* items or members, in the order of the file */
    struct yaml *next;  /* the next one of the same list or map */
    int count;
};

/*
 * yaml_read - file is the name for messages.
 * Errors   RC_MALFORMED or RC_LIMIT; fail.field is "file:line:column".
 * Memory   takes from the arena; text is copied.
 */
MUST_USE enum rc yaml_read(struct arena *a, const char *file, struct span text, struct yaml **out, struct fail *f);
/* yaml_get - member of a map; NULL when absent or m is NULL. */
const struct yaml *yaml_get(const struct yaml *m, const char *key);

/* ---- the check ---------------------------------------------------------------------------------------------------------------- */

enum yaml_type {
    YAML_IS_TEXT,    /* any scalar; min, max: characters */
    YAML_IS_BOTH,    /* a map of zh and en, both there and not empty */
    YAML_IS_WORD,    /* one of words, given as "a|b|c"; NULL: letters, digits, _ - . */
    YAML_IS_INT,     /* min to max */
    YAML_IS_DECIMAL, /* at most six places; min to max in millionths */
    YAML_IS_BOOL,    /* true or false */
    YAML_IS_DATE,    /* YYYY-MM-DD */
    YAML_IS_OBJECT,  /* a map with the fields of `object` */
    YAML_IS_LIST,    /* a list; min to max items, each as `item` says */
    YAML_IS_MAP_OF,  /* a map with words as keys, each value as `item` says; min to max members */
    YAML_IS_RULE /* text that is an expression of the rule language: compiled by the pack's owner, here only not empty */
};
struct yaml_field {
    const char *key; /* NULL in an item */
    enum yaml_type type;
    bool required;
    int64_t min, max; /* max 0: no bound */
    const char *words;
    const struct yaml_schema *object;
    const struct yaml_field *item;
};
struct yaml_schema {
    const char *name;
    const struct yaml_field *fields;
    int count;
};
/* yaml_check - the first fault in the order of the file: RC_INVALID, fail.field "file:line:column", {0} the key's path as in steps[2].limit. */
MUST_USE enum rc yaml_check(const struct yaml *tree, const struct yaml_schema *schema, const char *file,
                            struct fail *f);
/* yaml_fault - for checks that a schema cannot say: RC_INVALID at that node. */
enum rc yaml_fault(struct fail *f, const char *file, const struct yaml *at, enum msg msg, const char *arg);

/* Values of a checked tree; of the member named so. Absent: what otherwise says. */
struct span yaml_text(const struct yaml *m, const char *key);
int64_t yaml_int(const struct yaml *m, const char *key, int64_t otherwise);
int64_t yaml_decimal(const struct yaml *m, const char *key, int64_t otherwise); /* millionths */
bool yaml_bool(const struct yaml *m, const char *key, bool otherwise);
struct span yaml_both(const struct yaml *m, const char *key, enum lang lang);

#endif
