package org.learn4j.tabular.column;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Text, each different one held once.
 *
 * @param codes the place of each row's text in the list, −1 where it is missing
 * @param texts the different texts, in any order
 */
@SuppressWarnings("ArrayRecordComponent") // columns are compared by no one, and arrays are what is fast
public record TextColumn(int[] codes, List<String> texts) implements Column {
    /** Copies the list. */
    public TextColumn {
        texts = List.copyOf(texts);
    }

    /** Returns a column of these texts, null where one is missing. */
    public static TextColumn of(@Nullable String... values) {
        Map<String, Integer> places = new HashMap<>();
        List<String> texts = new ArrayList<>();
        int[] codes = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            String text = values[i];
            codes[i] = text == null
                    ? -1
                    : places.computeIfAbsent(text, added -> {
                        texts.add(added);
                        return texts.size() - 1;
                    });
        }
        return new TextColumn(codes, texts);
    }

    @Override
    public int size() {
        return codes.length;
    }

    @Override
    public Kind kind() {
        return Kind.TEXT;
    }

    @Override
    public boolean isMissing(int row) {
        return codes[row] < 0;
    }

    @Override
    public @Nullable String value(int row) {
        return isMissing(row) ? null : texts.get(codes[row]);
    }

    @Override
    public TextColumn rows(int... rows) {
        return new TextColumn(CodeColumn.pick(codes, rows), texts);
    }
}
