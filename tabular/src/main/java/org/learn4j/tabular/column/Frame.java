package org.learn4j.tabular.column;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Columns of equal length by name, and which of them a model reads as categories and which as numbers, in its order. Immutable;
 * changes return another frame that shares the untouched columns.
 */
public final class Frame {
    private final int rows;
    private final Map<String, Column> columns;
    private final List<String> categorical;
    private final List<String> continuous;

    private Frame(int rows, Map<String, Column> columns, List<String> categorical, List<String> continuous) {
        this.rows = rows;
        this.columns = columns;
        this.categorical = List.copyOf(categorical);
        this.continuous = List.copyOf(continuous);
    }

    /** Returns a frame without columns. */
    public static Frame ofRows(int rows) {
        return new Frame(rows, Map.of(), List.of(), List.of());
    }

    /** Returns the number of rows. */
    public int rows() {
        return rows;
    }

    /** Returns the names of all columns, in the order they were added. */
    public List<String> names() {
        return List.copyOf(columns.keySet());
    }

    /** Returns whether there is a column of that name. */
    public boolean contains(String name) {
        return columns.containsKey(name);
    }

    /**
     * Returns a column.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public Column column(String name) {
        Column column = columns.get(name);
        if (column == null) {
            throw new IllegalArgumentException("There is no column \"" + name + "\" among " + columns.keySet());
        }
        return column;
    }

    /** Returns the names of the columns that are read as categories. */
    public List<String> categorical() {
        return categorical;
    }

    /** Returns the names of the columns that are read as numbers. */
    public List<String> continuous() {
        return continuous;
    }

    /** Returns this frame with a column more, or another in place of one; its role stays. */
    public Frame with(String name, Column column) {
        return with(Map.of(name, column));
    }

    /** Returns this frame with columns more, or others in place of some; roles stay. */
    public Frame with(Map<String, ? extends Column> changed) {
        Map<String, Column> more = new LinkedHashMap<>(columns);
        changed.forEach((name, column) -> {
            if (column.size() != rows) {
                throw new IllegalArgumentException(
                        "The column \"" + name + "\" is to have " + rows + " rows, received " + column.size());
            }
            more.put(name, column);
        });
        return new Frame(rows, Collections.unmodifiableMap(more), categorical, continuous);
    }

    /** Returns this frame with its columns read as the model's categories and numbers, in this order. */
    public Frame roles(List<String> categories, List<String> numbers) {
        categories.forEach(this::column);
        numbers.forEach(this::column);
        return new Frame(rows, columns, categories, numbers);
    }

    /** Returns this frame with another column that is read as categories, the last one. */
    public Frame withCategorical(String name, Column column) {
        Frame more = with(name, column);
        return new Frame(rows, more.columns, added(categorical, name), continuous);
    }

    /** Returns this frame with another column that is read as numbers, the last one. */
    public Frame withContinuous(String name, Column column) {
        Frame more = with(name, column);
        return new Frame(rows, more.columns, categorical, added(continuous, name));
    }

    private static List<String> added(List<String> names, String name) {
        if (names.contains(name)) {
            return names;
        }
        List<String> more = new ArrayList<>(names);
        more.add(name);
        return more;
    }

    /** Returns a frame of some rows, in their order. */
    public Frame rows(int... chosen) {
        Map<String, Column> picked = new LinkedHashMap<>();
        columns.forEach((name, column) -> picked.put(name, column.rows(chosen)));
        return new Frame(chosen.length, Collections.unmodifiableMap(picked), categorical, continuous);
    }

    @Override
    public String toString() {
        return rows + " rows, categorical " + categorical + ", continuous " + continuous;
    }
}
