package org.learn4j.tabular.table;

import java.time.LocalDateTime;

/**
 * One cell's characters, and what they can be read as. One cell is reused for a whole file, its characters are the
 * parser's; nothing depends on the locale.
 */
final class Cell {
    private static final int MAX_EXACT_DIGITS = 15;
    private static final int MAX_EXACT_POWER = 22;
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };
    private static final int[] DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    private static final int DATE_LENGTH = 10;

    private char[] chars = new char[0];
    private int from;
    private int length;

    private long whole;
    private double number;
    private boolean flag;
    private int date;
    private long dateTime;

    /** Looks at other characters. */
    void set(char[] buffer, int offset, int count) {
        chars = buffer;
        from = offset;
        length = count;
    }

    /** Looks at a text. */
    Cell set(String text) {
        set(text.toCharArray(), 0, text.length());
        return this;
    }

    int length() {
        return length;
    }

    char at(int i) {
        return chars[from + i];
    }

    /** Takes spaces and tabs off both ends. */
    void trim() {
        while (length > 0 && isBlank(chars[from])) {
            from++;
            length--;
        }
        while (length > 0 && isBlank(chars[from + length - 1])) {
            length--;
        }
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    boolean is(String text) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) != chars[from + i]) {
                return false;
            }
        }
        return true;
    }

    private boolean isIgnoringCase(String lowerCase, int start) {
        if (lowerCase.length() != length - start) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            char c = chars[from + start + i];
            if (lowerCase.charAt(i) != (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)) {
                return false;
            }
        }
        return true;
    }

    int hash() {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + chars[from + i];
        }
        return hash;
    }

    @Override
    public String toString() {
        return new String(chars, from, length);
    }

    // ---- whole numbers

    /**
     * Reads a whole number: a sign perhaps, and digits of which the first is not a needless zero (007 is a code, not seven).
     * One that does not fit into a long is none, nor is the one long that stands for a missing value.
     */
    boolean isWhole() {
        int i = hasSign() ? 1 : 0;
        int digits = length - i;
        if (digits == 0 || digits > 19 || digits > 1 && at(i) == '0') {
            return false;
        }
        long negated = 0;
        for (; i < length; i++) {
            int digit = at(i) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            long next = negated * 10 - digit;
            if (digits == 19 && (negated < Long.MIN_VALUE / 10 || next > 0 || next == Long.MIN_VALUE)) {
                return false;
            }
            negated = next;
        }
        whole = at(0) == '-' ? negated : -negated;
        return true;
    }

    long whole() {
        return whole;
    }

    private boolean hasSign() {
        return length > 0 && (at(0) == '-' || at(0) == '+');
    }

    // ---- numbers

    /** Returns whether these are digits alone, perhaps after a sign. */
    boolean isDigits() {
        int start = hasSign() ? 1 : 0;
        for (int i = start; i < length; i++) {
            if (at(i) < '0' || at(i) > '9') {
                return false;
            }
        }
        return length > start;
    }

    /**
     * Reads a decimal number, rounded to the nearest double: a sign, digits with or without a point, an exponent; or
     * infinity, as "inf" or "infinity" in any case. Needless leading zeros make it a code and no number; a finite number
     * that is too large for a double is none.
     */
    boolean isNumber() {
        int i = hasSign() ? 1 : 0;
        long digits = 0;
        int significant = 0;
        int wholeDigits = 0;
        int power = 0;
        int start = i;
        for (; i < length && isDigit(at(i)); i++) {
            wholeDigits++;
            digits = digits * 10 + (at(i) - '0');
            significant += significant > 0 || at(i) != '0' ? 1 : 0;
        }
        if (wholeDigits > 1 && at(start) == '0') {
            return false;
        }
        int fraction = 0;
        if (i < length && at(i) == '.') {
            for (i++; i < length && isDigit(at(i)); i++) {
                fraction++;
                digits = digits * 10 + (at(i) - '0');
                significant += significant > 0 || at(i) != '0' ? 1 : 0;
            }
        }
        if (wholeDigits + fraction == 0) {
            return isInfinity(start);
        }
        if (i < length && (at(i) == 'e' || at(i) == 'E')) {
            i++;
            boolean negative = i < length && at(i) == '-';
            if (i < length && (at(i) == '-' || at(i) == '+')) {
                i++;
            }
            int exponentFrom = i;
            for (; i < length && isDigit(at(i)); i++) {
                power = Math.min(power * 10 + (at(i) - '0'), 100_000);
            }
            if (i == exponentFrom) {
                return false;
            }
            power = negative ? -power : power;
        }
        if (i < length) {
            return false;
        }
        power -= fraction;
        if (significant <= MAX_EXACT_DIGITS && Math.abs(power) <= MAX_EXACT_POWER) {
            // both are exact, so that the one operation rounds correctly (Clinger 1990)
            double value = power < 0 ? digits / POWERS[-power] : digits * POWERS[power];
            number = at(0) == '-' ? -value : value;
        } else {
            number = Double.parseDouble(toString());
        }
        return !Double.isInfinite(number);
    }

    private boolean isInfinity(int start) {
        if (!isIgnoringCase("inf", start) && !isIgnoringCase("infinity", start)) {
            return false;
        }
        number = at(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        return true;
    }

    double number() {
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    // ---- flags

    /** Reads true or false, in any case. */
    boolean isFlag() {
        flag = isIgnoringCase("true", 0);
        return flag || isIgnoringCase("false", 0);
    }

    boolean flag() {
        return flag;
    }

    // ---- dates

    /** Reads an ISO date, yyyy-MM-dd, that the calendar has. */
    boolean isDate() {
        return length == DATE_LENGTH && isDateAhead();
    }

    private boolean isDateAhead() {
        if (at(4) != '-' || at(7) != '-') {
            return false;
        }
        int year = digits(0, 4);
        int month = digits(5, 2);
        int day = digits(8, 2);
        if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) {
            return false;
        }
        date = Packed.date(year, month, day);
        return true;
    }

    private static int daysOf(int year, int month) {
        boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        return DAYS[month - 1] + (month == 2 && leap ? 1 : 0);
    }

    /** Returns the number that some digits make, or -1 if they are none. */
    private int digits(int start, int count) {
        int value = 0;
        for (int i = start; i < start + count; i++) {
            if (!isDigit(at(i))) {
                return -1;
            }
            value = value * 10 + (at(i) - '0');
        }
        return value;
    }

    /** Returns the date as Tablesaw packs it. */
    int date() {
        return date;
    }

    /**
     * Reads an ISO date and time: yyyy-MM-dd, then T or a space, HH:mm, seconds perhaps, and a fraction of no more than
     * milliseconds, which is what a column can hold; or a date alone, at midnight.
     */
    boolean isDateTime() {
        if (length < DATE_LENGTH || !isDateAhead()) {
            return false;
        }
        if (length == DATE_LENGTH) {
            dateTime = Packed.dateTime(date, 0, 0, 0);
            return true;
        }
        if (length < 16 || at(10) != 'T' && at(10) != ' ' || at(13) != ':') {
            return false;
        }
        int hour = digits(11, 2);
        int minute = digits(14, 2);
        int milli = 0;
        if (length > 16) {
            if (length < 19 || at(16) != ':') {
                return false;
            }
            int second = digits(17, 2);
            if (second < 0 || second > 59) {
                return false;
            }
            milli = second * 1000 + (length > 19 ? millis() : 0);
            if (milli < second * 1000) {
                return false;
            }
        }
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59) {
            return false;
        }
        dateTime = Packed.dateTime(date, hour, minute, milli);
        return true;
    }

    /** Returns the milliseconds that follow the seconds, or a very small number if there are none or finer parts. */
    private int millis() {
        if (at(19) != '.' || length == 20 || length > 29) {
            return Integer.MIN_VALUE;
        }
        int millis = 0;
        for (int i = 20; i < Math.max(length, 23); i++) {
            int digit = i < length ? at(i) - '0' : 0;
            if (digit < 0 || digit > 9 || i >= 23 && digit != 0) {
                return Integer.MIN_VALUE / 2;
            }
            millis = i < 23 ? millis * 10 + digit : millis;
        }
        return millis;
    }

    /** Returns the date and time as Tablesaw packs it. */
    long dateTime() {
        return dateTime;
    }

    /** Returns whether a column of date-times holds this moment exactly. */
    static boolean fits(LocalDateTime moment) {
        return moment.getNano() % 1_000_000 == 0;
    }
}
