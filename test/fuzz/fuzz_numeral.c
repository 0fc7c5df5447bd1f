/* fuzz_numeral.c - base/numeral: reading stops at a character, within the text, and does not depend on what follows. */
#include <string.h>

#include "base/ensure.h"
#include "base/numeral.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct span s = {(const char *)data, size};
    for (size_t pos = 0; pos < s.len && pos < 200;) {
        const struct span rest = span_sub(s, pos, s.len);
        int64_t v = -1, again = -1;
        const size_t n = numeral_scan(rest, &v);
        ensure(n <= rest.len && utf8_check(span_sub(rest, 0, n)) == n);
        ensure(n == 0 ? v == -1 : v >= 0);
        if (n > 0) {
            ensure(numeral_parse(span_sub(rest, 0, n), &again) && again == v);
            if (v <= 99999999) {
                char out[64];
                const size_t len = numeral_chinese(v, out);
                ensure(numeral_parse((struct span){out, len}, &again) && again == v);
            }
        }
        (void)utf8_next(s, &pos);
    }
    return 0;
}
