/* org_totp.c - time-based one-time passwords, RFC 6238, as every authenticator app makes them: HMAC-SHA-1, 30 s, six digits. Pure. */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/ensure.h"
#include "org/org_int.h"

#define TOTP_STEP_US 30000000

uint32_t totp_code(const unsigned char *secret, size_t secret_bytes, int64_t step, int digits)
{
    unsigned char message[8], mac[EVP_MAX_MD_SIZE];
    unsigned int mac_bytes = 0;
    ensure(digits >= 6 && digits <= 8 && secret_bytes < 1024);
    for (int i = 0; i < 8; i++)
        message[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
    ensure(HMAC(EVP_sha1(), secret, (int)secret_bytes, message, sizeof message, mac, &mac_bytes) && mac_bytes == 20);
    int at = mac[19] & 15;
    uint32_t word =
        ((uint32_t)mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    uint32_t modulus = 1000000;
    for (int i = 6; i < digits; i++)
        modulus *= 10;
    return word % modulus;
}

int64_t totp_check(const unsigned char *secret, size_t secret_bytes, struct span code, int64_t at_us, int64_t last_step)
{
    int64_t typed = 0, now = at_us / TOTP_STEP_US;
    if (code.len != 6)
        return -1;
    for (size_t i = 0; i < 6; i++) {
        if (code.ptr[i] < '0' || code.ptr[i] > '9')
            return -1;
        typed = typed * 10 + (code.ptr[i] - '0');
    }
    int64_t found = -1;
    for (int64_t step = now - 1; step <= now + 1; step++) /* always all three: the time taken says nothing */
        if (totp_code(secret, secret_bytes, step, 6) == (uint32_t)typed && step > last_step && found < 0)
            found = step;
    return found;
}

struct span base32_print(struct arena *a, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char *out = arena_alloc(a, n * 8 / 5 + 2);
    size_t len = 0;
    uint32_t bits = 0;
    int held = 0;
    if (!out)
        return SPAN_NONE;
    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | bytes[i];
        for (held += 8; held >= 5; held -= 5)
            out[len++] = digits[bits >> (held - 5) & 31];
    }
    if (held > 0)
        out[len++] = digits[bits << (5 - held) & 31];
    return (struct span){out, len};
}

bool base32_read(struct span text, unsigned char *bytes, size_t n)
{
    uint32_t bits = 0;
    int held = 0;
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        uint32_t v = 0;
        if (c == ' ')
            continue;
        if (c >= 'A' && c <= 'Z')
            v = (uint32_t)(c - 'A');
        else if (c >= 'a' && c <= 'z')
            v = (uint32_t)(c - 'a');
        else if (c >= '2' && c <= '7')
            v = (uint32_t)(c - '2') + 26;
        else
            return false;
        bits = bits << 5 | v;
        held += 5;
        if (held >= 8) {
            held -= 8;
            if (len == n)
                return false;
            bytes[len++] = (unsigned char)(bits >> held);
            bits &= (1u << held) - 1;
        }
    }
    return len == n && bits == 0;
}
