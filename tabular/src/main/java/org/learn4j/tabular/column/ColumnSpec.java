package org.learn4j.tabular.column;

/**
 * A column a model was trained on.
 *
 * @param name its name
 * @param kind what its values are
 * @param continuous whether the model reads it as a number, so that any number will do
 */
public record ColumnSpec(String name, Kind kind, boolean continuous) {}
