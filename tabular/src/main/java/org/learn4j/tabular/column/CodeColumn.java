package org.learn4j.tabular.column;

import org.jspecify.annotations.Nullable;

/**
 * Categories by their number in a vocabulary.
 *
 * @param codes the number of each row's level, from 0; −1 where it is missing or unknown. A model's input is this plus one
 * @param vocabulary the levels
 */
@SuppressWarnings("ArrayRecordComponent") // columns are compared by no one, and arrays are what is fast
public record CodeColumn(int[] codes, Vocabulary vocabulary) implements Column {
    @Override
    public int size() {
        return codes.length;
    }

    @Override
    public Kind kind() {
        return vocabulary.kind();
    }

    @Override
    public boolean isMissing(int row) {
        return codes[row] < 0;
    }

    @Override
    public @Nullable Object value(int row) {
        return isMissing(row) ? null : vocabulary.level(codes[row]);
    }

    @Override
    public CodeColumn rows(int... rows) {
        return new CodeColumn(pick(codes, rows), vocabulary);
    }

    static int[] pick(int[] codes, int... rows) {
        int[] chosen = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            chosen[i] = codes[rows[i]];
        }
        return chosen;
    }
}
