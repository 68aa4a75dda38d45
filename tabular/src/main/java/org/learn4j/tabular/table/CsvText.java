package org.learn4j.tabular.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The characters of a CSV text, decoded strictly: what is malformed, or a NUL, is an error at the line where it stands. A
 * byte order mark is taken off.
 */
final class CsvText extends Reader {
    private final String source;
    private final Origin origin;

    private long line = 1;
    private long position;
    private boolean begun;
    private boolean afterCarriageReturn;
    private @Nullable CsvException fault;

    private CsvText(String source, Origin origin) {
        this.source = source;
        this.origin = origin;
    }

    /**
     * Decodes bytes.
     *
     * @param charset the character set, or null for what the byte order mark says, else UTF-8
     */
    static CsvText of(String source, InputStream bytes, @Nullable Charset charset) throws IOException {
        return new CsvText(source, new Decoded(bytes, charset));
    }

    /** Passes on characters. */
    static CsvText of(String source, Reader reader) {
        return new CsvText(source, new Passed(reader));
    }

    @Override
    public int read(char[] out, int offset, int length) throws IOException {
        if (fault != null) {
            throw fault;
        }
        int count = origin.read(out, offset, length);
        if (count > 0 && !begun && out[offset] == '\uFEFF') {
            System.arraycopy(out, offset + 1, out, offset, --count);
        }
        begun |= count >= 0;
        int good = accept(out, offset, count);
        String malformed = origin.malformed();
        if (malformed != null && fault == null) {
            fault = faultHere(malformed);
        }
        if (good > 0) {
            return good;
        }
        return count < 0 && fault == null ? -1 : read(out, offset, length);
    }

    /** Counts lines up to the end or to a NUL, and returns how many characters are good. */
    private int accept(char[] out, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            char c = out[i];
            if (c == 0) {
                fault = faultHere("a NUL character; is this text, and of this character set?");
                return i - offset;
            }
            position++;
            if (c == '\r' || c == '\n') {
                line += c == '\r' || !afterCarriageReturn ? 1 : 0;
                position = 0;
            }
            afterCarriageReturn = c == '\r';
        }
        return count;
    }

    private CsvException faultHere(String problem) {
        return new CsvException(source, line, null, "at character " + (position + 1) + " of the line, " + problem);
    }

    @Override
    public void close() throws IOException {
        origin.close();
    }

    /** Where characters come from. */
    private interface Origin extends AutoCloseable {
        /** Reads at least one character, or returns -1 at the end or at what is malformed. */
        int read(char[] out, int offset, int length) throws IOException;

        /** Returns what is wrong right after the characters read so far, if anything is. */
        @Nullable
        String malformed();

        @Override
        void close() throws IOException;
    }

    private record Passed(Reader reader) implements Origin {
        @Override
        public int read(char[] out, int offset, int length) throws IOException {
            return reader.read(out, offset, length);
        }

        @Override
        public @Nullable String malformed() {
            return null;
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }

    private static final class Decoded implements Origin {
        private final InputStream stream;
        private final ByteBuffer bytes = ByteBuffer.allocate(1 << 14).flip();
        private final CharsetDecoder decoder;
        private boolean streamEnded;
        private @Nullable String malformed;

        Decoded(InputStream stream, @Nullable Charset charset) throws IOException {
            this.stream = stream;
            fill();
            Charset chosen = charset == null ? marked() : charset;
            decoder = chosen.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
        }

        private Charset marked() {
            if (bytes.remaining() >= 2) {
                int mark = (bytes.get(0) & 0xFF) << 8 | bytes.get(1) & 0xFF;
                if (mark == 0xFEFF) {
                    return StandardCharsets.UTF_16BE;
                }
                if (mark == 0xFFFE) {
                    return StandardCharsets.UTF_16LE;
                }
            }
            return StandardCharsets.UTF_8;
        }

        /** Reads until the buffer is full or the stream ends. */
        private void fill() throws IOException {
            bytes.compact();
            while (bytes.hasRemaining() && !streamEnded) {
                int count = stream.read(
                        bytes.array(), bytes.arrayOffset() + bytes.position(), Math.min(bytes.remaining(), 1 << 13));
                if (count < 0) {
                    streamEnded = true;
                } else {
                    bytes.position(bytes.position() + count);
                }
            }
            bytes.flip();
        }

        @Override
        public int read(char[] out, int offset, int length) throws IOException {
            CharBuffer chars = CharBuffer.wrap(out, offset, length);
            while (malformed == null) {
                CoderResult result = decoder.decode(bytes, chars, streamEnded);
                if (result.isError()) {
                    byte[] wrong = new byte[Math.min(result.length(), bytes.remaining())];
                    bytes.get(bytes.position(), wrong);
                    malformed = (wrong.length == 1 ? "the byte " : "the bytes ")
                            + HexFormat.ofDelimiter(" ").withUpperCase().formatHex(wrong)
                            + (wrong.length == 1 ? " is not valid in " : " are not valid in ")
                            + decoder.charset() + "; a file of another character set is read with charset(...)";
                } else if (chars.position() > offset) {
                    break;
                } else if (streamEnded) {
                    return -1;
                } else {
                    fill();
                }
            }
            return chars.position() > offset ? chars.position() - offset : -1;
        }

        @Override
        public @Nullable String malformed() {
            return malformed;
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
