package org.learn4j.tabular.table;

import java.nio.charset.Charset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How CSV is written down, and what is too much of it. */
record CsvSettings(
        char delimiter,
        @Nullable Charset charset,
        @Nullable String entry,
        List<String> names,
        boolean namesReplaceHeader,
        List<String> missing,
        boolean trim,
        int maxFieldLength,
        int maxRowLength) {
    /** Commas, a header, UTF-8; at most 1 Mi characters a field and 16 Mi a row. */
    static final CsvSettings DEFAULT = new CsvSettings(
            ',', null, null, List.of(), false, List.of("", "NA", "NaN", "null", "N/A"), false, 1 << 20, 1 << 24);

    CsvSettings withDelimiter(char other) {
        return new CsvSettings(
                other, charset, entry, names, namesReplaceHeader, missing, trim, maxFieldLength, maxRowLength);
    }

    CsvSettings withCharset(Charset other) {
        return new CsvSettings(
                delimiter, other, entry, names, namesReplaceHeader, missing, trim, maxFieldLength, maxRowLength);
    }

    CsvSettings withEntry(String other) {
        return new CsvSettings(
                delimiter, charset, other, names, namesReplaceHeader, missing, trim, maxFieldLength, maxRowLength);
    }

    CsvSettings withNames(List<String> others, boolean replace) {
        return new CsvSettings(delimiter, charset, entry, others, replace, missing, trim, maxFieldLength, maxRowLength);
    }

    CsvSettings withMissing(List<String> others) {
        return new CsvSettings(
                delimiter, charset, entry, names, namesReplaceHeader, others, trim, maxFieldLength, maxRowLength);
    }

    CsvSettings withTrim() {
        return new CsvSettings(
                delimiter, charset, entry, names, namesReplaceHeader, missing, true, maxFieldLength, maxRowLength);
    }

    CsvSettings withMaxFieldLength(int limit) {
        return new CsvSettings(
                delimiter, charset, entry, names, namesReplaceHeader, missing, trim, limit, maxRowLength);
    }

    CsvSettings withMaxRowLength(int limit) {
        return new CsvSettings(
                delimiter, charset, entry, names, namesReplaceHeader, missing, trim, maxFieldLength, limit);
    }
}
