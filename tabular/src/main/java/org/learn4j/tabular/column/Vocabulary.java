package org.learn4j.tabular.column;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/**
 * The levels of a categorical column in order: sorted as numbers, dates or text (false before true), or as declared.
 * Immutable.
 *
 * <pre>{@code
 * Vocabulary states = Vocabulary.of(TextColumn.of("SN", "BY", null, "SN"));    // BY, SN
 * int[] codes = states.encode(TextColumn.of("SN", "HH", null));                // 1, -1, -1
 * }</pre>
 */
public final class Vocabulary {
    /** The word for a missing or unknown category. */
    public static final String MISSING = "#na#";

    private static final long DENSE = 1 << 20;
    /** How many places a table of codes may have for each level: a file with few levels is to take little memory. */
    private static final long SPARSE = 64;

    private final Kind kind;
    private final List<Object> levels;
    private final Map<Object, Integer> codes = new HashMap<>();
    private final long lowest;
    private final int @Nullable [] dense;

    private Vocabulary(Kind kind, List<?> levels) {
        this.kind = kind;
        this.levels =
                levels.stream().<Object>map(level -> canonical(kind, level)).toList();
        for (Object level : this.levels) {
            if (codes.put(level, codes.size()) != null) {
                throw new IllegalArgumentException("levels that differ from one another, received " + level + " twice");
            }
        }
        LongStream numbers = kind == Kind.TEXT || kind == Kind.NUMBER
                ? LongStream.empty()
                : this.levels.stream().mapToLong(level -> number(kind, level));
        long[] values = numbers.toArray();
        this.lowest = Arrays.stream(values).min().orElse(0);
        this.dense = table(lowest, values);
    }

    /** Returns a level as columns hold it: without the sign of zero, times of day in milliseconds. */
    private static Object canonical(Kind kind, Object level) {
        if (level instanceof Double number && number.isNaN()) {
            throw new IllegalArgumentException("levels that are numbers, received NaN");
        }
        if (level instanceof Double number) {
            return number + 0.0;
        }
        if (kind == Kind.TEXT || kind == Kind.NUMBER) {
            return level;
        }
        try {
            long number = number(kind, level);
            if (number == WholeColumn.MISSING) {
                throw new IllegalArgumentException("levels other than " + number + ", which stands for a missing one");
            }
            return WholeColumn.value(kind, number);
        } catch (ArithmeticException tooFar) {
            throw new IllegalArgumentException("levels in the range of milliseconds since 1970, received " + level);
        }
    }

    /** Returns a table from a number's distance from the lowest to its code; null where it would be large. */
    private static int @Nullable [] table(long lowest, long... values) {
        long span = Arrays.stream(values).max().orElse(0) - lowest;
        if (values.length == 0 || span < 0 || span >= Math.min(DENSE, 1024 + SPARSE * values.length)) {
            return null;
        }
        int[] table = new int[(int) span + 1];
        Arrays.fill(table, -1);
        for (int i = 0; i < values.length; i++) {
            table[(int) (values[i] - lowest)] = i;
        }
        return table;
    }

    /** Returns the sorted different values of a column. */
    public static Vocabulary of(Column column) {
        List<?> levels;
        if (column instanceof TextColumn text) {
            boolean[] used = new boolean[text.texts().size()];
            for (int code : text.codes()) {
                if (code >= 0) {
                    used[code] = true;
                }
            }
            levels = IntStream.range(0, used.length)
                    .filter(i -> used[i])
                    .mapToObj(i -> text.texts().get(i))
                    .sorted()
                    .toList();
        } else if (column instanceof NumberColumn numbers) {
            levels = Arrays.stream(numbers.values())
                    .filter(x -> !Double.isNaN(x))
                    .map(x -> x + 0.0)
                    .sorted()
                    .distinct()
                    .boxed()
                    .toList();
        } else if (column instanceof WholeColumn wholes) {
            levels = Arrays.stream(distinct(wholes.values()))
                    .mapToObj(number -> WholeColumn.value(wholes.kind(), number))
                    .toList();
        } else {
            levels = ((CodeColumn) column).vocabulary().levels;
        }
        return new Vocabulary(column.kind(), levels);
    }

    private static long[] distinct(long... values) {
        long lowest = Long.MAX_VALUE;
        long highest = Long.MIN_VALUE;
        for (long value : values) {
            if (value != WholeColumn.MISSING) {
                lowest = Math.min(lowest, value);
                highest = Math.max(highest, value);
            }
        }
        long span = highest - lowest;
        if (lowest > highest || span < 0 || span >= DENSE) {
            return Arrays.stream(values)
                    .filter(value -> value != WholeColumn.MISSING)
                    .sorted()
                    .distinct()
                    .toArray();
        }
        boolean[] used = new boolean[(int) span + 1];
        for (long value : values) {
            if (value != WholeColumn.MISSING) {
                used[(int) (value - lowest)] = true;
            }
        }
        long first = lowest;
        return IntStream.range(0, used.length)
                .filter(i -> used[i])
                .mapToLong(i -> first + i)
                .toArray();
    }

    /**
     * Returns levels in the order given: all {@link String}s, or all {@link Long}s, and so on after the kind.
     *
     * @throws IllegalArgumentException if one is given twice or is of another kind
     */
    public static Vocabulary ordered(Kind kind, List<?> levels) {
        for (Object level : levels) {
            if (!type(kind).isInstance(level)) {
                throw new IllegalArgumentException(
                        "levels of kind " + kind.label() + " (" + type(kind).getSimpleName() + "), received " + level
                                + " of type " + level.getClass().getSimpleName());
            }
        }
        return new Vocabulary(kind, levels);
    }

    private static Class<?> type(Kind kind) {
        return switch (kind) {
            case WHOLE -> Long.class;
            case NUMBER -> Double.class;
            case TEXT -> String.class;
            case FLAG -> Boolean.class;
            case DATE -> LocalDate.class;
            case DATE_TIME -> LocalDateTime.class;
        };
    }

    /** Returns what the levels are. */
    public Kind kind() {
        return kind;
    }

    /** Returns the number of levels, without the missing one. */
    public int size() {
        return levels.size();
    }

    /** Returns a level by its code, from 0. */
    public Object level(int code) {
        return levels.get(code);
    }

    /** Returns the levels as text, {@link #MISSING} first: the names of an embedding's rows. */
    public List<String> classes() {
        List<String> names = new ArrayList<>();
        names.add(MISSING);
        levels.forEach(level -> names.add(level.toString()));
        return names;
    }

    /** Returns a value's code, or −1 if it is none of the levels. */
    public int code(@Nullable Object value) {
        return value == null ? -1 : codes.getOrDefault(value, -1);
    }

    /**
     * Returns the code of each row: −1 where the value is missing or none of the levels.
     *
     * @throws IllegalArgumentException if the column is of another kind
     */
    public int[] encode(Column column) {
        int[] encoded = new int[column.size()];
        if (column.kind() != kind && column.missing() < column.size()) {
            throw new IllegalArgumentException("a column of kind " + kind.label() + " is expected, received "
                    + column.kind().label());
        }
        if (column instanceof TextColumn text && kind == Kind.TEXT) {
            int[] of = text.texts().stream().mapToInt(this::code).toArray();
            for (int i = 0; i < encoded.length; i++) {
                int place = text.codes()[i];
                encoded[i] = place < 0 ? -1 : of[place];
            }
        } else if (column instanceof WholeColumn wholes && dense != null) {
            long[] values = wholes.values();
            for (int i = 0; i < encoded.length; i++) {
                long at = values[i] - lowest;
                encoded[i] = values[i] >= lowest && at >= 0 && at < dense.length ? dense[(int) at] : -1;
            }
        } else {
            for (int i = 0; i < encoded.length; i++) {
                Object value = column.value(i);
                encoded[i] = code(value instanceof Double number ? (Object) (number + 0.0) : value);
            }
        }
        return encoded;
    }

    /** Returns the values that codes stand for; −1 is a missing one. */
    public Column decode(int... values) {
        if (kind == Kind.TEXT) {
            return new TextColumn(values, levels.stream().map(Object::toString).toList());
        }
        if (kind == Kind.NUMBER) {
            return new NumberColumn(Arrays.stream(values)
                    .mapToDouble(code -> code < 0 ? Double.NaN : (Double) levels.get(code))
                    .toArray());
        }
        return new WholeColumn(
                kind,
                Arrays.stream(values)
                        .mapToLong(code -> code < 0 ? WholeColumn.MISSING : number(kind, levels.get(code)))
                        .toArray());
    }

    private static long number(Kind kind, Object level) {
        return switch (kind) {
            case FLAG -> (Boolean) level ? 1 : 0;
            case DATE -> ((LocalDate) level).toEpochDay();
            case DATE_TIME -> ((LocalDateTime) level).toInstant(ZoneOffset.UTC).toEpochMilli();
            default -> (Long) level;
        };
    }

    /** Returns kind and levels. */
    public Json.Fields toJson() {
        List<Json> values = new ArrayList<>();
        for (Object level : levels) {
            if (level instanceof Long whole) {
                values.add(Json.of(whole));
            } else if (level instanceof Double number) {
                values.add(Json.of(number));
            } else if (level instanceof Boolean flag) {
                values.add(Json.of(flag));
            } else {
                values.add(Json.of(level.toString()));
            }
        }
        return Json.object().with("kind", kind.label()).with("levels", Json.array(values));
    }

    /**
     * Returns the vocabulary that {@link #toJson} wrote.
     *
     * @throws org.learn4j.persist.ModelFormatException if it is none
     */
    public static Vocabulary fromJson(JsonPlace json) {
        json.allow("kind", "levels");
        Kind kind = Kind.of(json.get("kind").text())
                .orElseThrow(() -> json.get("kind").expected("a kind of column"));
        List<Object> levels = new ArrayList<>();
        for (JsonPlace level : json.get("levels").items()) {
            levels.add(
                    switch (kind) {
                        case WHOLE -> level.whole();
                        case NUMBER -> level.decimal();
                        case TEXT -> level.text();
                        case FLAG -> level.bool();
                        case DATE -> parse(level, LocalDate::parse, "a date");
                        case DATE_TIME -> parse(level, LocalDateTime::parse, "a date and time");
                    });
        }
        try {
            return new Vocabulary(kind, levels);
        } catch (IllegalArgumentException repeated) {
            throw json.get("levels").expected(String.valueOf(repeated.getMessage()));
        }
    }

    private static Object parse(JsonPlace level, Function<String, Object> parser, String what) {
        try {
            return parser.apply(level.text());
        } catch (DateTimeParseException invalid) {
            throw level.expected(what);
        }
    }

    /** Returns the value whose text is given, among {@link #classes}. */
    public Optional<Object> named(String name) {
        return levels.stream().filter(level -> level.toString().equals(name)).findFirst();
    }

    @Override
    public String toString() {
        return levels.size() + " levels: " + (levels.size() > 8 ? levels.subList(0, 8) + "…" : levels);
    }
}
