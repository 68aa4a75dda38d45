package org.learn4j.tabular.table;

import java.time.LocalDate;
import java.time.LocalDateTime;

/** Dates as Tablesaw packs them into numbers: year, month and day; hour, minute and millisecond of the minute. */
final class Packed {
    private Packed() {}

    static int date(int year, int month, int day) {
        return year << 16 | month << 8 | day;
    }

    static int date(LocalDate date) {
        return date(date.getYear(), date.getMonthValue(), date.getDayOfMonth());
    }

    /** Packs a moment; milliseconds count from the full minute. */
    static long dateTime(int date, int hour, int minute, int millis) {
        return (long) date << 32 | hour << 24 | minute << 16 | millis;
    }

    static long dateTime(LocalDateTime moment) {
        return dateTime(
                date(moment.toLocalDate()),
                moment.getHour(),
                moment.getMinute(),
                moment.getSecond() * 1000 + moment.getNano() / 1_000_000);
    }
}
