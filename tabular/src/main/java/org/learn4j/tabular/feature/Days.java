package org.learn4j.tabular.feature;

import java.time.LocalDate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/** The distinct days of a column: what depends on the day alone is computed once for each. */
final class Days {
    private final LocalDate[] distinct;
    private final int[] codes;

    Days(DateValues dates) {
        int first = Integer.MAX_VALUE;
        int last = Integer.MIN_VALUE;
        for (int row = 0; row < dates.rows(); row++) {
            if (!dates.missing()[row]) {
                first = Math.min(first, dates.days()[row]);
                last = Math.max(last, dates.days()[row]);
            }
        }
        int[] codeOfDay = new int[last < first ? 0 : last - first + 1];
        codes = new int[dates.rows()];
        int count = 0;
        for (int row = 0; row < codes.length; row++) {
            if (dates.missing()[row]) {
                codes[row] = -1;
            } else {
                int day = dates.days()[row] - first;
                if (codeOfDay[day] == 0) {
                    codeOfDay[day] = ++count;
                }
                codes[row] = codeOfDay[day] - 1;
            }
        }
        distinct = new LocalDate[count];
        for (int day = 0; day < codeOfDay.length; day++) {
            if (codeOfDay[day] > 0) {
                distinct[codeOfDay[day] - 1] = LocalDate.ofEpochDay(first + day);
            }
        }
    }

    /** Returns a whole number for each row, Integer.MIN_VALUE where the date is missing. */
    int[] ints(ToIntFunction<LocalDate> part) {
        int[] ofDay = new int[distinct.length];
        for (int i = 0; i < ofDay.length; i++) {
            ofDay[i] = part.applyAsInt(distinct[i]);
        }
        int[] values = new int[codes.length];
        for (int row = 0; row < values.length; row++) {
            values[row] = codes[row] < 0 ? Integer.MIN_VALUE : ofDay[codes[row]];
        }
        return values;
    }

    /** Returns a number for each row, NaN where the date is missing. */
    double[] doubles(ToDoubleFunction<LocalDate> part) {
        double[] ofDay = new double[distinct.length];
        for (int i = 0; i < ofDay.length; i++) {
            ofDay[i] = part.applyAsDouble(distinct[i]);
        }
        double[] values = new double[codes.length];
        for (int row = 0; row < values.length; row++) {
            values[row] = codes[row] < 0 ? Double.NaN : ofDay[codes[row]];
        }
        return values;
    }
}
