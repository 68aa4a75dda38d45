package org.learn4j.tabular.table;

/** What a column of a CSV file holds. */
enum CellType {
    TEXT("a text"),
    WHOLE("a whole number"),
    NUMBER("a number"),
    FLAG("true or false"),
    DATE("a date"),
    DATE_TIME("a date and time");

    private final String article;

    CellType(String article) {
        this.article = article;
    }

    /** Returns what to call a value of this type in a sentence. */
    String article() {
        return article;
    }
}
