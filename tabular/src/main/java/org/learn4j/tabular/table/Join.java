package org.learn4j.tabular.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * A left join: gives every row of a table the columns of the row with the same key in another one. Rows stay what they are
 * and where they are: none is lost, none is multiplied.
 *
 * <pre>{@code
 * Table joined = Join.left(sales, trend).on("State", "Year", "Week").requireAllMatched().table();
 * Joined weather = Join.left(joined, days).on("State", "Date").suffix("_weather").join();
 * }</pre>
 *
 * <p>Key columns have the same type on both sides, or hold whole numbers; a missing key matches nothing. The result has the
 * columns of the main table, which it shares with it, and then those of the other that are no keys. Joins are values: each
 * method returns a new one. (The notebooks' {@code join_df}, with the checks that follow each of its calls.)
 */
public final class Join {
    private enum Collisions {
        REFUSE,
        RENAME,
        DROP
    }

    private final Table main;
    private final Table other;
    private final List<String> keys;
    private final List<String> otherKeys;
    private final Collisions collisions;
    private final String suffix;
    private final boolean firstOfDuplicates;
    private final boolean allMatched;

    private Join(
            Table main,
            Table other,
            List<String> keys,
            List<String> otherKeys,
            Collisions collisions,
            String suffix,
            boolean firstOfDuplicates,
            boolean allMatched) {
        this.main = main;
        this.other = other;
        this.keys = keys;
        this.otherKeys = otherKeys;
        this.collisions = collisions;
        this.suffix = suffix;
        this.firstOfDuplicates = firstOfDuplicates;
        this.allMatched = allMatched;
    }

    /** Returns a join of the columns of another table to the rows of the main one. */
    public static Join left(Table main, Table other) {
        return new Join(main, other, List.of(), List.of(), Collisions.REFUSE, "", false, false);
    }

    /** Returns a join on these key columns; the other table has the same ones, unless {@link #onto} says otherwise. */
    public Join on(String... columns) {
        return new Join(main, other, List.of(columns), otherKeys, collisions, suffix, firstOfDuplicates, allMatched);
    }

    /** Returns a join whose key columns have these names in the other table, in the order of {@link #on}. */
    public Join onto(String... columns) {
        return new Join(main, other, keys, List.of(columns), collisions, suffix, firstOfDuplicates, allMatched);
    }

    /**
     * Returns a join that appends this to the names of those of the other table's columns that the main one has too. Default:
     * such columns are refused.
     */
    public Join suffix(String appended) {
        if (appended.isEmpty()) {
            throw new IllegalArgumentException(
                    "A suffix that makes names different is expected, received an empty one");
        }
        return new Join(main, other, keys, otherKeys, Collisions.RENAME, appended, firstOfDuplicates, allMatched);
    }

    /** Returns a join that leaves out those of the other table's columns that the main one has too. Default: an error. */
    public Join dropDuplicateColumns() {
        return new Join(main, other, keys, otherKeys, Collisions.DROP, "", firstOfDuplicates, allMatched);
    }

    /** Returns a join that takes the first of several rows with the same key in the other table. Default: an error. */
    public Join firstOfDuplicates() {
        return new Join(main, other, keys, otherKeys, collisions, suffix, true, allMatched);
    }

    /** Returns a join that fails if a row of the main table has no match. Default: its other values are missing. */
    public Join requireAllMatched() {
        return new Join(main, other, keys, otherKeys, collisions, suffix, firstOfDuplicates, true);
    }

    /**
     * Joins.
     *
     * @throws IllegalArgumentException if columns are missing, are of types that cannot be compared, or have a name that is
     *     taken; if the other table has a key twice; or if a row has no match and all must; the message gives examples
     */
    public Table table() {
        return join().table();
    }

    /**
     * Joins, and tells what did not match.
     *
     * @throws IllegalArgumentException as {@link #table}
     */
    public Joined join() {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("Key columns are expected, on(...), received none");
        }
        List<Column<?>> mainKeys = columns(main, "main", keys);
        List<Column<?>> others = columns(other, "other", otherKeys.isEmpty() ? keys : otherKeys);
        checkTypes(mainKeys, others);
        List<Column<?>> added = added(others);
        KeyCodes codes = KeyCodes.of(others);
        int[] rowOfKey = new int[codes.size()];
        Arrays.fill(rowOfKey, Rows.NONE);
        var duplicates = new Noted(others);
        for (int row = 0; row < other.rowCount(); row++) {
            int code = codes.of(row);
            if (code == KeyCodes.NONE) {
                continue;
            }
            if (rowOfKey[code] == Rows.NONE) {
                rowOfKey[code] = row;
            } else {
                duplicates.note(row);
            }
        }
        if (duplicates.count > 0 && !firstOfDuplicates) {
            throw new IllegalArgumentException(
                    "A key is expected once in the other table, " + other.name() + ", received "
                            + duplicates.count + " rows whose key an earlier row has: " + duplicates.examples
                            + "; firstOfDuplicates() takes the first");
        }
        int[] rows = codes.match(mainKeys);
        var unmatched = new Noted(mainKeys);
        for (int row = 0; row < rows.length; row++) {
            if (rows[row] == KeyCodes.NONE) {
                unmatched.note(row);
            } else {
                rows[row] = rowOfKey[rows[row]];
            }
        }
        if (allMatched && unmatched.count > 0) {
            throw new IllegalArgumentException("A match for every row of " + main.name() + " is expected in "
                    + other.name() + ", received none for " + unmatched.count + " of " + rows.length + " rows: "
                    + unmatched.examples);
        }
        Table result = Table.create(main.name(), new ArrayList<>(main.columns()));
        for (Column<?> column : added) {
            result.addColumns(Rows.take(column, rows).setName(nameOf(column)));
        }
        return new Joined(result, unmatched.count, unmatched.examples, duplicates.count, duplicates.examples);
    }

    private static List<Column<?>> columns(Table table, String which, List<String> names) {
        List<Column<?>> columns = new ArrayList<>();
        for (String name : names) {
            if (!table.containsColumn(name)) {
                throw new IllegalArgumentException("The key column " + name + " is expected in the " + which
                        + " table, " + table.name() + ", received one with the columns " + table.columnNames());
            }
            columns.add(table.column(name));
        }
        return columns;
    }

    private void checkTypes(List<Column<?>> mainKeys, List<Column<?>> others) {
        if (mainKeys.size() != others.size()) {
            throw new IllegalArgumentException(
                    "As many key columns in both tables are expected, received on" + keys + " and onto" + otherKeys);
        }
        for (int i = 0; i < others.size(); i++) {
            Column<?> one = mainKeys.get(i);
            Column<?> two = others.get(i);
            if (!KeyCodes.comparable(one, two)) {
                throw new IllegalArgumentException("Key columns of one type are expected, received "
                        + one.name() + " of type " + KeyCodes.typeOf(one) + " in " + main.name() + " and "
                        + two.name() + " of type " + KeyCodes.typeOf(two) + " in " + other.name());
            }
        }
    }

    /** Returns the other table's columns that become part of the result. */
    private List<Column<?>> added(List<Column<?>> others) {
        List<Column<?>> added = new ArrayList<>();
        List<String> taken = new ArrayList<>();
        for (Column<?> column : other.columns()) {
            boolean collides = main.containsColumn(column.name());
            if (others.contains(column) || collides && collisions == Collisions.DROP) {
                continue;
            }
            if (main.containsColumn(nameOf(column))
                    || !nameOf(column).equals(column.name()) && other.containsColumn(nameOf(column))) {
                taken.add(column.name());
            }
            added.add(column);
        }
        if (!taken.isEmpty()) {
            throw new IllegalArgumentException(
                    "Names for the other table's columns that are not taken are expected, received "
                            + taken + (collisions == Collisions.RENAME ? " with the suffix " + suffix : "")
                            + "; suffix(...) makes them different, dropDuplicateColumns() leaves them out");
        }
        return added;
    }

    private String nameOf(Column<?> column) {
        boolean renamed = collisions == Collisions.RENAME && main.containsColumn(column.name());
        return renamed ? column.name() + suffix : column.name();
    }

    /** How many rows, and some of them. */
    private static final class Noted {
        private static final int SHOWN = 5;

        private final List<Column<?>> keys;
        private final List<String> examples = new ArrayList<>();
        private int count;
        private @Nullable String last;

        Noted(List<Column<?>> keys) {
            this.keys = keys;
        }

        void note(int row) {
            count++;
            if (examples.size() < SHOWN) {
                String shown = Rows.shown(keys, row);
                if (!shown.equals(last) && !examples.contains(shown)) {
                    examples.add(shown);
                }
                last = shown;
            }
        }
    }
}
