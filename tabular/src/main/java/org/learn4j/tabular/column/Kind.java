package org.learn4j.tabular.column;

import java.util.Locale;
import java.util.Optional;

/** What a column's values are. */
public enum Kind {
    /** Whole numbers. */
    WHOLE,
    /** Numbers with a fraction. */
    NUMBER,
    /** Text. */
    TEXT,
    /** True or false. */
    FLAG,
    /** Days. */
    DATE,
    /** Days and times of day, without a time zone. */
    DATE_TIME;

    /** Returns the name files use. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Returns whether values can be calculated with: numbers, and flags as 0 and 1. */
    public boolean isNumeric() {
        return this == WHOLE || this == NUMBER || this == FLAG;
    }

    /** Returns the kind of that {@link #label}. */
    public static Optional<Kind> of(String label) {
        for (Kind kind : values()) {
            if (kind.label().equals(label)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
