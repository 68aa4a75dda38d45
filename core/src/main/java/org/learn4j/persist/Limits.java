package org.learn4j.persist;

/** What a file may hold at most; below the limits of the safetensors specification, so that reading one is bounded. */
final class Limits {
    /** Bytes of the safetensors header. */
    static final int HEADER = 16 << 20;

    /** Characters of the manifest, itself one text of the header. */
    static final int MANIFEST = 8 << 20;

    /** Characters of any other text and of any field name. */
    static final int TEXT = 1 << 20;

    /** Levels of nesting of a JSON document. */
    static final int DEPTH = 32;

    /** Estimated bytes that the values of one JSON document occupy once read. */
    static final int DOCUMENT = 32 << 20;

    /** Entries of the metadata, manifest aside. */
    static final int METADATA = 10_000;

    static final int TENSORS = 100_000;
    static final int RANK = 8;
    static final int NAME = 256;

    /** Bytes of a pickle in a PyTorch file. */
    static final int PICKLE = 16 << 20;

    /** Entries of a PyTorch file that is an archive. */
    static final int ENTRIES = 200_000;

    /** Bytes that compressed entries of an archive may have in all beyond the length of the file. */
    static final int INFLATED = 48 << 20;

    /** Elements that a tensor may have although its storage has fewer. */
    static final int REPEATED = 1 << 20;

    private Limits() {}

    /** Returns whether a tensor may carry this name: 1 to 256 printable characters. */
    static boolean isName(String name) {
        return !name.isEmpty() && name.length() <= NAME && name.codePoints().allMatch(Limits::isPrintable);
    }

    /** Returns whether a text can be written as UTF-8, that is, has no half of a surrogate pair. */
    static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** Returns a text in quotes, short enough and safe enough for a message. */
    static String quote(String text) {
        var quoted = new StringBuilder("\"");
        text.codePoints()
                .limit(80)
                .map(point -> isPrintable(point) ? point : '\ufffd')
                .forEach(quoted::appendCodePoint);
        return quoted.append(text.length() > 80 ? "…\"" : "\"").toString();
    }

    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
