package org.learn4j.tabular.table;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** Where a CSV text comes from: opened once for each pass over it, and decompressed on the way. */
interface CsvSource {
    /** Returns what messages call it. */
    String name();

    /**
     * Opens the text at its beginning.
     *
     * @param charset the character set, or null for what the byte order mark says, else UTF-8
     * @param entry the entry of a zip archive, or null for the only one
     */
    CsvText open(@Nullable Charset charset, @Nullable String entry) throws IOException;

    static CsvSource of(Path path) {
        return new Bytes(
                path.getFileName() == null
                        ? path.toString()
                        : path.getFileName().toString(),
                new Opener() {
                    @Override
                    public InputStream open() throws IOException {
                        return Files.newInputStream(path);
                    }
                });
    }

    /** Reads a stream while the first pass needs it, and keeps its bytes for later ones. */
    static CsvSource of(InputStream stream) {
        return new Bytes("CSV stream", new Kept(stream));
    }

    static CsvSource of(String text) {
        return new Chars("CSV text", () -> new StringReader(text));
    }

    /** Reads a reader while the first pass needs it, and keeps its characters for later ones. */
    static CsvSource of(Reader reader) {
        return new Chars("CSV reader", new KeptChars(reader));
    }

    /** Opens bytes. */
    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }

    /** Opens characters. */
    @FunctionalInterface
    interface CharOpener {
        Reader open();
    }

    /** Characters. */
    record Chars(String name, CharOpener opener) implements CsvSource {
        @Override
        public CsvText open(@Nullable Charset charset, @Nullable String entry) {
            return CsvText.of(name, opener.open());
        }
    }

    /** Bytes: plain, gzip or zip, as their first ones say. */
    record Bytes(String name, Opener opener) implements CsvSource {
        private static final int BUFFER = 1 << 16;

        @Override
        public CsvText open(@Nullable Charset charset, @Nullable String entry) throws IOException {
            InputStream bytes = new BufferedInputStream(opener.open(), BUFFER);
            try {
                bytes.mark(4);
                byte[] magic = bytes.readNBytes(4);
                bytes.reset();
                if (magic.length == 4 && magic[0] == 'P' && magic[1] == 'K' && magic[2] == 3 && magic[3] == 4) {
                    return CsvText.of(name, entry(bytes, entry), charset);
                }
                if (entry != null) {
                    throw new CsvException(
                            name,
                            0,
                            null,
                            "the entry " + entry + " of a zip archive is expected, received" + " a file that is none");
                }
                if (magic.length >= 2 && magic[0] == 0x1F && magic[1] == (byte) 0x8B) {
                    return CsvText.of(name, new GZIPInputStream(bytes, BUFFER), charset);
                }
                return CsvText.of(name, bytes, charset);
            } catch (IOException | RuntimeException e) {
                bytes.close();
                throw e;
            }
        }

        private InputStream entry(InputStream archive, @Nullable String wanted) throws IOException {
            String chosen = wanted;
            if (chosen == null) {
                try (InputStream bytes = archive) {
                    chosen = only(new ZipInputStream(bytes));
                }
                return find(new ZipInputStream(new BufferedInputStream(opener.open(), BUFFER)), chosen);
            }
            return find(new ZipInputStream(archive), chosen);
        }

        private InputStream find(ZipInputStream zip, String wanted) throws IOException {
            List<String> others = new ArrayList<>();
            for (ZipEntry next = zip.getNextEntry(); next != null; next = zip.getNextEntry()) {
                if (next.getName().equals(wanted)) {
                    return zip;
                }
                others.add(next.getName());
            }
            zip.close();
            throw new CsvException(name, 0, null, "the entry " + wanted + " is expected, received " + shown(others));
        }

        private String only(ZipInputStream zip) throws IOException {
            List<String> files = new ArrayList<>();
            for (ZipEntry next = zip.getNextEntry(); next != null; next = zip.getNextEntry()) {
                String file = next.getName();
                if (!next.isDirectory() && !file.startsWith("__MACOSX/") && !file.startsWith(".")) {
                    files.add(file);
                }
            }
            List<String> tables = files.stream()
                    .filter(file -> file.toLowerCase(Locale.ROOT).matches(".*\\.(csv|tsv)"))
                    .toList();
            if (tables.size() == 1) {
                return tables.get(0);
            }
            if (files.size() == 1) {
                return files.get(0);
            }
            throw new CsvException(
                    name,
                    0,
                    null,
                    "a zip archive with one CSV file is expected, received one with " + shown(files)
                            + "; entry(...) chooses one");
        }

        private static String shown(List<String> names) {
            return names.isEmpty() ? "no files" : String.join(", ", names.subList(0, Math.min(10, names.size())));
        }
    }

    /** A stream whose bytes are kept as they are read for the first time. */
    final class Kept implements Opener {
        private final InputStream stream;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean opened;

        Kept(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public InputStream open() throws IOException {
            if (opened) {
                stream.transferTo(kept);
                return new ByteArrayInputStream(kept.toByteArray());
            }
            opened = true;
            return new FilterInputStream(stream) {
                @Override
                public int read() throws IOException {
                    int one = super.read();
                    if (one >= 0) {
                        kept.write(one);
                    }
                    return one;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    int count = super.read(bytes, offset, length);
                    if (count > 0) {
                        kept.write(bytes, offset, count);
                    }
                    return count;
                }

                @Override
                public boolean markSupported() {
                    return false;
                }

                @Override
                public void close() {
                    // the caller's
                }
            };
        }
    }

    /** A reader whose characters are kept as they are read for the first time. */
    final class KeptChars implements CharOpener {
        private final Reader reader;
        private final StringBuilder kept = new StringBuilder();
        private boolean opened;

        KeptChars(Reader reader) {
            this.reader = reader;
        }

        @Override
        public Reader open() {
            if (opened) {
                return new StringReader(kept.toString());
            }
            opened = true;
            return new Reader() {
                @Override
                public int read(char[] chars, int offset, int length) throws IOException {
                    int count = reader.read(chars, offset, length);
                    if (count > 0) {
                        kept.append(chars, offset, count);
                    }
                    return count;
                }

                @Override
                public void close() {
                    // the caller's
                }
            };
        }
    }
}
