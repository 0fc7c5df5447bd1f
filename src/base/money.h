/* money.h - exact money: int64 fen. Overflow is an error, never a wrap; rates are rational; each rounding is named. */
#ifndef YITI_BASE_MONEY_H
#define YITI_BASE_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum rounding {
    ROUND_HALF_UP,
    ROUND_HALF_EVEN,
    ROUND_DOWN,
    ROUND_UP,
    ROUND_FLOOR,
    ROUND_CEIL
}; /* HALF_UP: away from zero at .5 */

/* fen_add, fen_sub - false on overflow, *out unchanged. */
bool fen_add(int64_t a, int64_t b, int64_t *out);
bool fen_sub(int64_t a, int64_t b, int64_t *out);
/* fen_mul_rate - a * num / den through 128 bits, rounded once; den > 0; false on overflow. */
bool fen_mul_rate(int64_t a, int64_t num, int64_t den, enum rounding r, int64_t *out);
/* fen_allocate - splits total over n weights (each >= 0, sum > 0) so that the parts sum to total exactly: largest remainder,
 * ties to the lower index. false on overflow or no weight. */
bool fen_allocate(int64_t total, const int64_t *weights, int n, int64_t *parts);
/* fen_parse - "-1234.56", "1,234.5", "12" in yuan; at most two decimals. fen_print - "-1234.56" into out, returns bytes. */
bool fen_parse(struct span s, int64_t *fen);
int fen_print(int64_t fen, char out[24]);

#endif
