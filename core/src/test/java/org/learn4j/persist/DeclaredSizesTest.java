package org.learn4j.persist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.learn4j.persist.ModelFormatException.Reason;

/** R23: one rule at a time, a file that breaks it beside one that just does not. */
class DeclaredSizesTest {
    private static final String EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private record Twins(String rule, Reason reason, byte[] refused, byte[] accepted) {
        @Override
        public String toString() {
            return rule;
        }
    }

    private static Twins twins(String rule, Reason reason, String refused, String accepted, int dataLength) {
        return new Twins(rule, reason, Samples.foreign(refused, dataLength), Samples.foreign(accepted, dataLength));
    }

    private static String header(String... entries) {
        return "{" + String.join(",", entries) + "}";
    }

    private static String entry(String name, String type, String shape, long begin, long end) {
        return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":[" + shape + "],\"data_offsets\":[" + begin + ","
                + end + "]}";
    }

    private static String bytes(String shape, long length) {
        return header(entry("a", "U8", shape, 0, length));
    }

    private static String metadata(String fields) {
        return "{\"__metadata__\":{" + fields + "}}";
    }

    static Stream<Twins> shapes() {
        return Stream.of(
                twins("the product of the shape fits the bytes", Reason.TENSOR, bytes("2,3", 7), bytes("7", 7), 7),
                twins(
                        "the size of the element counts",
                        Reason.TENSOR,
                        bytes("8", 8).replace("U8", "F32"),
                        bytes("8", 8),
                        8),
                twins("2^32 x 2^32 overflows to 0", Reason.TENSOR, bytes("4294967296,4294967296", 0), bytes("0", 0), 0),
                twins(
                        "2^62 floats overflow to 0",
                        Reason.TENSOR,
                        bytes("4611686018427387904", 0).replace("U8", "F32"),
                        bytes("0", 0).replace("U8", "F32"),
                        0),
                twins("2^63 is no dimension", Reason.JSON, bytes("9223372036854775808", 0), bytes("0", 0), 0),
                twins(
                        "2^63-1 elements are not there",
                        Reason.TENSOR,
                        bytes("9223372036854775807", 1),
                        bytes("1", 1),
                        1),
                twins("a dimension is not negative", Reason.TENSOR, bytes("-1,-1", 1), bytes("1,1", 1), 1),
                twins("a dimension is whole", Reason.JSON, bytes("1.0", 1), bytes("1", 1), 1),
                twins("a dimension has no exponent", Reason.JSON, bytes("1e0", 1), bytes("1", 1), 1),
                twins("a dimension is a number", Reason.JSON, bytes("\"1\"", 1), bytes("1", 1), 1),
                twins("a shape is flat", Reason.JSON, bytes("[1]", 1), bytes("1", 1), 1),
                twins(
                        "0 x 2^62 x 2^62 is a trap",
                        Reason.TENSOR,
                        bytes("0,4611686018427387904,4611686018427387904", 0),
                        bytes("0,4611686018427387904,1", 0),
                        0),
                twins(
                        "2^62 x 2^62 x 0 is a trap",
                        Reason.TENSOR,
                        bytes("4611686018427387904,4611686018427387904,0", 0),
                        bytes("1,4611686018427387904,0", 0),
                        0),
                twins(
                        "at most 8 dimensions",
                        Reason.LIMIT,
                        bytes("1,1,1,1,1,1,1,1,1", 1),
                        bytes("1,1,1,1,1,1,1,1", 1),
                        1),
                twins(
                        "1000 dimensions",
                        Reason.LIMIT,
                        bytes(String.join(",", Collections.nCopies(1000, "1")), 1),
                        bytes("", 1),
                        1));
    }

    static Stream<Twins> offsets() {
        String first = entry("a", "U8", "4", 0, 4);
        return Stream.of(
                twins(
                        "tensors do not overlap",
                        Reason.LAYOUT,
                        header(first, entry("b", "U8", "5", 3, 8)),
                        header(first, entry("b", "U8", "4", 4, 8)),
                        8),
                twins(
                        "tensors do not share bytes",
                        Reason.LAYOUT,
                        header(first, entry("b", "U8", "4", 0, 4)),
                        header(first, entry("b", "U8", "0", 0, 0)),
                        4),
                twins(
                        "tensors leave no holes",
                        Reason.LAYOUT,
                        header(first, entry("b", "U8", "3", 5, 8)),
                        header(entry("b", "U8", "4", 4, 8), first),
                        8),
                twins(
                        "the first tensor begins at 0",
                        Reason.LAYOUT,
                        header(entry("a", "U8", "4", 4, 8)),
                        header(entry("a", "U8", "8", 0, 8)),
                        8),
                twins("the last tensor ends with the file", Reason.LENGTH, bytes("4", 4), bytes("5", 5), 5),
                twins("no tensor ends behind the file", Reason.LENGTH, bytes("6", 6), bytes("5", 5), 5),
                twins(
                        "a tensor ends behind its begin",
                        Reason.TENSOR,
                        header(entry("a", "U8", "1", 1, 0)),
                        bytes("1", 1),
                        1),
                twins(
                        "an offset is not negative",
                        Reason.TENSOR,
                        header(entry("a", "U8", "2", -1, 1)),
                        bytes("1", 1),
                        1),
                twins(
                        "an offset has 63 bits",
                        Reason.JSON,
                        bytes("1", 1).replace("[0,1]", "[0,18446744073709551617]"),
                        bytes("1", 1),
                        1),
                twins(
                        "an offset of 2^63-1 is not there",
                        Reason.LENGTH,
                        header(entry("a", "U8", "0", Long.MAX_VALUE, Long.MAX_VALUE)),
                        bytes("0", 0),
                        0),
                twins("two offsets, not one", Reason.JSON, bytes("1", 1).replace("[0,1]", "[1]"), bytes("1", 1), 1),
                twins(
                        "two offsets, not three",
                        Reason.LIMIT,
                        bytes("1", 1).replace("[0,1]", "[0,1,1]"),
                        bytes("1", 1),
                        1),
                twins("no data without tensors", Reason.LENGTH, "{} ", bytes("1", 1), 1));
    }

    static Stream<Twins> entries() {
        String first = entry("a", "U8", "1", 0, 1);
        String limit = "n".repeat(256);
        return Stream.of(
                twins(
                        "a name appears once",
                        Reason.JSON,
                        header(first, entry("a", "U8", "1", 1, 2)),
                        header(first, entry("b", "U8", "1", 1, 2)),
                        2),
                twins(
                        "an escaped name is the same name",
                        Reason.JSON,
                        header(first, entry("\\u0061", "U8", "1", 1, 2)),
                        header(first, entry("\\u0062", "U8", "1", 1, 2)),
                        2),
                twins(
                        "a name has at most 256 characters",
                        Reason.LIMIT,
                        header(entry(limit + "n", "U8", "1", 0, 1)),
                        header(entry(limit, "U8", "1", 0, 1)),
                        1),
                twins(
                        "a name has a character",
                        Reason.LIMIT,
                        header(entry("", "U8", "1", 0, 1)),
                        header(entry(" ", "U8", "1", 0, 1)),
                        1),
                twins(
                        "a name has no line end",
                        Reason.LIMIT,
                        header(entry("a\\n", "U8", "1", 0, 1)),
                        header(entry("a\\\\n", "U8", "1", 0, 1)),
                        1),
                twins(
                        "a name has no zero",
                        Reason.LIMIT,
                        header(entry("a\\u0000", "U8", "1", 0, 1)),
                        header(entry("a0", "U8", "1", 0, 1)),
                        1),
                twins(
                        "a name does not turn the direction of text",
                        Reason.LIMIT,
                        header(entry("a\u202e", "U8", "1", 0, 1)),
                        header(entry("\u05d0", "U8", "1", 0, 1)),
                        1),
                twins(
                        "a name has no half characters",
                        Reason.JSON,
                        header(entry("\\ud83d", "U8", "1", 0, 1)),
                        header(entry("\\ud83d\\ude00", "U8", "1", 0, 1)),
                        1),
                twins(
                        "an element type is known",
                        Reason.UNSUPPORTED_TYPE,
                        header(entry("a", "Q8", "1", 0, 1)),
                        header(entry("a", "I8", "1", 0, 1)),
                        1),
                twins(
                        "an element type has capitals",
                        Reason.UNSUPPORTED_TYPE,
                        header(entry("a", "u8", "1", 0, 1)),
                        header(first),
                        1),
                twins(
                        "half a byte is no element",
                        Reason.UNSUPPORTED_TYPE,
                        header(entry("a", "F4", "2", 0, 1)),
                        header(entry("a", "F8_E4M3", "1", 0, 1)),
                        1),
                twins(
                        "a tensor has a type",
                        Reason.JSON,
                        header(first).replace("\"dtype\":\"U8\",", ""),
                        header(first),
                        1),
                twins(
                        "a tensor has a shape",
                        Reason.JSON,
                        header(first).replace("\"shape\":[1],", ""),
                        header(first),
                        1),
                twins(
                        "a tensor has offsets",
                        Reason.JSON,
                        header(first).replace(",\"data_offsets\":[0,1]", ""),
                        header(first),
                        1),
                twins(
                        "a tensor has no more fields",
                        Reason.JSON,
                        header(first).replace("[0,1]", "[0,1],\"x\":1"),
                        header(first),
                        1),
                twins(
                        "a field of a tensor appears once",
                        Reason.JSON,
                        header(first).replace("[0,1]", "[0,1],\"dtype\":\"U8\""),
                        header(first),
                        1),
                twins("a tensor is an object", Reason.JSON, "{\"a\":[]}", "{}", 0));
    }

    static Stream<Twins> documents() {
        String text = "x".repeat(Limits.TEXT);
        return Stream.of(
                twins("a header is an object", Reason.JSON, "[]", "{}", 0),
                twins("a header begins at once", Reason.JSON, " {}", "{} ", 0),
                twins("a header ends with its object", Reason.JSON, "{}{}", "{}", 0),
                twins("a header is padded with spaces, not with zeros", Reason.JSON, "{}\0", "{}   ", 0),
                twins("a header is no comment", Reason.JSON, "{/**/}", "{}", 0),
                twins("names are in quotes", Reason.JSON, "{a:1}", metadata("\"a\":\"1\""), 0),
                twins(
                        "metadata appear once",
                        Reason.JSON,
                        "{\"__metadata__\":{},\"__metadata__\":{}}",
                        "{\"__metadata__\":{}}",
                        0),
                twins("metadata are an object", Reason.JSON, "{\"__metadata__\":null}", "{\"__metadata__\":{}}", 0),
                twins("metadata are texts", Reason.JSON, metadata("\"a\":1"), metadata("\"a\":\"1\""), 0),
                twins(
                        "a name among the metadata appears once",
                        Reason.JSON,
                        metadata("\"a\":\"1\",\"a\":\"1\""),
                        metadata("\"a\":\"1\",\"b\":\"1\""),
                        0),
                twins(
                        "a text has at most 1 MiB",
                        Reason.LIMIT,
                        metadata("\"a\":\"" + text + "x\""),
                        metadata("\"a\":\"" + text + "\""),
                        0),
                twins(
                        "a manifest has a checksum",
                        Reason.CHECKSUM,
                        metadata("\"manifest\":\"{}\""),
                        metadata("\"manifesto\":\"{}\""),
                        0),
                twins(
                        "a checksum has a manifest",
                        Reason.CHECKSUM,
                        metadata("\"header_sha256\":\"\""),
                        metadata("\"sha256\":\"\""),
                        0),
                new Twins(
                        "a header is UTF-8",
                        Reason.JSON,
                        Samples.foreign(metadata("\"a\":\"\u00e9\"").getBytes(ISO_8859_1), 0),
                        Samples.foreign(metadata("\"a\":\"\u00e9\""), 0)),
                new Twins(
                        "a header has at most 16 MiB",
                        Reason.LIMIT,
                        Samples.foreign("{}" + " ".repeat(Limits.HEADER - 1), 0),
                        Samples.foreign("{}" + " ".repeat(Limits.HEADER - 2), 0)),
                new Twins(
                        "at most 10,000 metadata",
                        Reason.LIMIT,
                        Samples.foreign(metadata(texts(Limits.METADATA + 1)), 0),
                        Samples.foreign(metadata(texts(Limits.METADATA)), 0)),
                new Twins(
                        "at most 100,000 tensors",
                        Reason.LIMIT,
                        Samples.foreign(manyTensors(Limits.TENSORS + 1), 0),
                        Samples.foreign(manyTensors(Limits.TENSORS), 0)));
    }

    static Stream<Twins> manifests() {
        String digits = "0".repeat(63);
        String right = "{\"a\":1,\"sha256\":{\"none\":\"" + EMPTY_SHA256 + "\"}}";
        return Stream.of(
                manifests("a manifest is JSON", Reason.JSON, "not JSON", right),
                manifests("a manifest is one document", Reason.JSON, right + "{}", right + " "),
                manifests("a manifest is an object", Reason.VALUE, "[]", right),
                manifests(
                        "a field of the manifest appears once",
                        Reason.JSON,
                        right.replace("{\"a", "{\"a\":0,\"a"),
                        right),
                manifests(
                        "a manifest nests 32 levels",
                        Reason.LIMIT,
                        right.replace(":1", ":" + nested(32)),
                        right.replace(":1", ":" + nested(31))),
                manifests(
                        "a text of the manifest has 1 MiB",
                        Reason.LIMIT,
                        right.replace(":1", ":\"" + "x".repeat(Limits.TEXT + 1) + "\""),
                        right.replace(":1", ":\"" + "x".repeat(Limits.TEXT) + "\"")),
                manifests("a manifest has checksums", Reason.MISSING, "{}", right),
                manifests("checksums are an object", Reason.MISSING, "{\"sha256\":[]}", right),
                manifests("every tensor has a checksum", Reason.MISSING, "{\"sha256\":{}}", right),
                manifests(
                        "every checksum has a tensor",
                        Reason.MISSING,
                        right.replace("\"none\"", "\"some\":\"" + EMPTY_SHA256 + "\",\"none\""),
                        right),
                manifests("a checksum is a text", Reason.VALUE, "{\"sha256\":{\"none\":0}}", right),
                manifests(
                        "a checksum has 64 digits", Reason.VALUE, "{\"sha256\":{\"none\":\"" + digits + "\"}}", right),
                manifests(
                        "a checksum is in small letters",
                        Reason.VALUE,
                        right.replace(EMPTY_SHA256, EMPTY_SHA256.toUpperCase(Locale.ROOT)),
                        right));
    }

    private static Twins manifests(String rule, Reason reason, String refused, String accepted) {
        String tensors = "," + entry("none", "U8", "0", 0, 0);
        return new Twins(rule, reason, Samples.sealed(refused, tensors, 0), Samples.sealed(accepted, tensors, 0));
    }

    private static String nested(int levels) {
        return "[".repeat(levels) + "]".repeat(levels);
    }

    private static String texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"" + i + "\":\"\"").collect(Collectors.joining(","));
    }

    private static String manyTensors(int count) {
        return header(IntStream.range(0, count)
                .mapToObj(i -> entry("t" + i, "U8", "0", 0, 0))
                .toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource({"shapes", "offsets", "entries", "documents", "manifests"})
    void refusesWhatBreaksTheRuleAndReadsItsTwin(Twins twins) {
        Samples.readAll(twins.accepted());
        assertThatThrownBy(() -> Samples.open(twins.refused()))
                .isInstanceOfSatisfying(
                        ModelFormatException.class,
                        e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(twins.reason()));
    }

    @Test
    void aHundredThousandTensorsOverTheSameBytesAreRefused() {
        String header = header(IntStream.range(0, Limits.TENSORS)
                .mapToObj(i -> entry("t" + i, "U8", "1000", 0, 1000))
                .toArray(String[]::new));

        assertThatThrownBy(() -> Samples.open(Samples.foreign(header, 1000)))
                .isInstanceOfSatisfying(
                        ModelFormatException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LAYOUT));
    }

    @Test
    void aLengthOfTheHeaderBeyondTheFileOrTheLimitIsRefusedBeforeItIsAllocated() {
        for (long length :
                new long[] {1, 100, Limits.HEADER, Limits.HEADER + 1L, 1L << 31, 1L << 62, -1, Long.MIN_VALUE}) {
            byte[] file = ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(length)
                    .array();

            boolean allowed = length > 0 && length <= Limits.HEADER;
            assertThatThrownBy(() -> Samples.open(file))
                    .hasMessageContaining(allowed ? " bytes in a file of 8" : " bytes, allowed are 16777216")
                    .isInstanceOfSatisfying(
                            ModelFormatException.class,
                            e -> assertThat(e.reason()).isEqualTo(allowed ? Reason.LENGTH : Reason.LIMIT));
        }
    }
}
