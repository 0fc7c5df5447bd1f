/* numeral.h - whole numbers as people write them in Chinese text: 19, １９, 十九, 一百零五, 二○○九, 〇, 两, 廿, 卅, 壹贰叁. */
#ifndef YITI_BASE_NUMERAL_H
#define YITI_BASE_NUMERAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * numeral_scan - reads the longest numeral at the start of s.
 * Forms     ASCII and full-width digits; positional Chinese digits (二○一一, ○ U+25CB and 〇 U+3007 and 零 are 0, and so are 0, ０, and in
 *           four-digit years O and Ｏ, behind a first Chinese digit); multiplicative (十, 廿, 卅, 卌, 百, 千, 万, 亿, with 零 and 两, and
 *           the short forms 一百五 = 150, 一万二 = 12,000), financial capitals (壹 to 玖, 拾, 佰, 仟), traditional (兩, 萬, 億, 貳, 參, 陸).
 * Not       approximate numbers (三五十, 两三, 十五六), a bare 百, 千, 万, 亿 (often a word or a unit: 百年, 万元), ○ alone (a bullet).
 *           A sign, a decimal point, and 万 or 亿 behind ASCII digits are left to the caller.
 * Returns   bytes read, 0 when there is no numeral or it passes int64.
 */
size_t numeral_scan(struct span s, int64_t *value);
/* numeral_parse - the whole span is one numeral. */
bool numeral_parse(struct span s, int64_t *value);
/* numeral_chinese - prints 0 to 99,999,999 as 十九, 一百零五 into out, zero-terminated; returns bytes. */
size_t numeral_chinese(int64_t value, char out[64]);

#endif
