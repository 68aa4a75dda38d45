package org.learn4j.tabular.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Numbers are read as the JDK reads them, and only what is written like a number is one. */
class CellTest {
    private final Cell cell = new Cell();

    @Test
    void every_double_is_read_as_it_was_written() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 200_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (!Double.isNaN(value)) {
                String text = Double.toString(value);
                assertThat(cell.set(text).isNumber()).as(text).isTrue();
                assertThat(Double.doubleToLongBits(cell.number())).as(text).isEqualTo(Double.doubleToLongBits(value));
            }
        }
    }

    @Test
    void decimals_of_any_length_are_rounded_as_the_jdk_rounds_them() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 200_000; i++) {
            var text = new StringBuilder(List.of("", "-", "+").get(random.nextInt(3)));
            int whole = random.nextInt(20);
            text.append(whole == 0 ? "0" : "" + (1 + random.nextInt(9)));
            for (int digit = 1; digit < whole; digit++) {
                text.append(random.nextInt(10));
            }
            int fraction = random.nextInt(20);
            text.append(fraction == 0 ? "" : ".");
            for (int digit = 0; digit < fraction; digit++) {
                text.append(random.nextInt(4) == 0 ? random.nextInt(10) : 0);
            }
            if (random.nextBoolean()) {
                text.append("eE".charAt(random.nextInt(2))).append(random.nextInt(-40, 40));
            }
            double expected = Double.parseDouble(text.toString());
            assertThat(cell.set(text.toString()).isNumber()).as(text.toString()).isTrue();
            assertThat(Double.doubleToLongBits(cell.number()))
                    .as(text.toString())
                    .isEqualTo(Double.doubleToLongBits(expected));
        }
    }

    @Test
    void whole_numbers_are_those_that_fit() {
        SplittableRandom random = new SplittableRandom(3);
        BigInteger edge = BigInteger.ONE.shiftLeft(63);
        for (int i = 0; i < 100_000; i++) {
            BigInteger value = i < 40_000
                    ? edge.add(BigInteger.valueOf(i - 20_000)).multiply(BigInteger.valueOf(i % 2 == 0 ? 1 : -1))
                    : BigInteger.valueOf(random.nextLong() >> random.nextInt(64));
            boolean fits = value.bitLength() < 64 && value.longValue() != Long.MIN_VALUE;
            assertThat(cell.set(value.toString()).isWhole())
                    .as(value.toString())
                    .isEqualTo(fits);
            if (fits) {
                assertThat(cell.whole()).isEqualTo(value.longValue());
            }
        }
    }

    @Test
    void what_only_resembles_a_number_is_none() {
        for (String text : List.of(
                "", "+", "-", ".", "e5", "1e", "1e+", "1.2.3", "1 ", " 1", "--1", "+-1", "1f", "0x1", "NaN", "infinit",
                "1,5", "1e400", "-1e400", "01", "-01", "00", "0.0.", "١")) {
            assertThat(cell.set(text).isNumber()).as(text).isFalse();
            assertThat(cell.set(text).isWhole()).as(text).isFalse();
        }
        assertThat(cell.set("-0").isNumber()).isTrue();
        assertThat(1 / cell.number()).isNegative();
        assertThat(cell.set("1e-400").isNumber()).isTrue();
        assertThat(cell.number()).isZero();
    }

    @Test
    void dates_are_those_of_the_calendar() {
        for (String day : List.of("2000-02-29", "1900-02-28", "0001-01-01", "9999-12-31", "0000-02-29")) {
            assertThat(cell.set(day).isDate()).as(day).isTrue();
            assertThat(cell.set(day + "T00:00").isDateTime()).as(day).isTrue();
        }
        for (String day : List.of(
                "1900-02-29",
                "2001-00-10",
                "2001-13-01",
                "2001-04-31",
                "2001-01-00",
                "+001-01-01",
                "2001/01/01",
                "20010101",
                "2001-01-1",
                "2001-1-01")) {
            assertThat(cell.set(day).isDate()).as(day).isFalse();
            assertThat(cell.set(day).isDateTime()).as(day).isFalse();
        }
        for (String time : List.of(
                "T",
                "T1",
                "T10",
                "T10:",
                "T10:0",
                "T10:60",
                "T24:00",
                "T10:00:",
                "T10:00:60",
                "T10:00:0",
                "T10:00:00.",
                "t10:00",
                "T10:00:00.0001",
                "T10:00:00.1234567890",
                "T10:00:00,5",
                "T10:00Z",
                "T10:00:00.5Z",
                "  10:00")) {
            assertThat(cell.set("2001-01-01" + time).isDateTime()).as(time).isFalse();
        }
    }
}
