package org.learn4j.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * Damages bytes in the ways that find mistakes in readers: flipped bits, cut and repeated and swapped pieces, numbers at
 * the edge of their range, and words that the format knows.
 *
 * <pre>{@code
 * var mutator = new Mutator(seed, List.of("dtype".getBytes(UTF_8)));
 * for (int i = 0; i < 10_000; i++) {
 *     read(mutator.mutate(valid));
 * }
 * }</pre>
 *
 * <p>Equal seeds give equal damage.
 */
public final class Mutator {
    private static final int MOST_CHANGES = 4;
    private static final List<String> NUMBERS = List.of(
            "0",
            "-1",
            "1e400",
            "2147483648",
            "4294967296",
            "4611686018427387904",
            "9223372036854775807",
            "18446744073709551616",
            "0.5");

    private final SplittableRandom random;
    private final List<byte[]> words;

    /**
     * A source of damage.
     *
     * @param seed what determines it
     * @param words pieces that mean something to the reader under test
     */
    public Mutator(long seed, List<byte[]> words) {
        this.random = new SplittableRandom(seed);
        this.words = words.stream().map(byte[]::clone).toList();
    }

    /** Returns damaged bytes: one to four changes away from these. */
    public byte[] mutate(byte[] bytes) {
        byte[] mutated = bytes;
        for (int changes = 1 + random.nextInt(MOST_CHANGES); changes > 0; changes--) {
            mutated = change(mutated);
        }
        return mutated;
    }

    /** Returns the fewest bytes, found by leaving out halves, quarters and so on, that a test still fails on. */
    public static byte[] shrink(byte[] failing, Predicate<byte[]> fails) {
        byte[] smallest = failing;
        for (int piece = Math.max(1, failing.length / 2); piece > 0; piece /= 2) {
            for (int at = 0; at + piece <= smallest.length; ) {
                byte[] shorter = replace(smallest, at, at + piece, new byte[0]);
                if (fails.test(shorter)) {
                    smallest = shorter;
                } else {
                    at += piece;
                }
            }
        }
        return smallest;
    }

    private byte[] change(byte[] bytes) {
        int from = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(16));
        return switch (random.nextInt(9)) {
            case 0 -> flipBit(bytes);
            case 1 -> replace(bytes, from, Math.min(bytes.length, from + 1), new byte[] {(byte) random.nextInt(256)});
            case 2 -> replace(bytes, from, to, new byte[0]);
            case 3 -> replace(bytes, to, to, Arrays.copyOfRange(bytes, from, to));
            case 4 -> splice(bytes);
            case 5 -> Arrays.copyOf(bytes, from);
            case 6 -> replace(bytes, from, from, word());
            case 7 -> replaceNumber(bytes, from);
            default -> editLength(bytes);
        };
    }

    private byte[] flipBit(byte[] bytes) {
        byte[] flipped = bytes.clone();
        if (flipped.length > 0) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    /** Puts a piece from somewhere in the place of a piece somewhere else. */
    private byte[] splice(byte[] bytes) {
        int from = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, from + random.nextInt(64));
        int at = random.nextInt(bytes.length + 1);
        int end = Math.min(bytes.length, at + random.nextInt(64));
        return replace(bytes, at, end, Arrays.copyOfRange(bytes, from, to));
    }

    private byte[] word() {
        return words.isEmpty() ? new byte[] {(byte) random.nextInt(256)} : words.get(random.nextInt(words.size()));
    }

    /** Changes the next number written in digits to one at the edge of some range. */
    private byte[] replaceNumber(byte[] bytes, int from) {
        int start = from;
        while (start < bytes.length && !isDigit(bytes[start])) {
            start++;
        }
        int end = start;
        while (end < bytes.length && isDigit(bytes[end])) {
            end++;
        }
        byte[] number = NUMBERS.get(random.nextInt(NUMBERS.size())).getBytes(StandardCharsets.US_ASCII);
        return start == end ? bytes : replace(bytes, start, end, number);
    }

    /** Changes a byte of the first eight, where formats like to keep lengths, by one or by a lot. */
    private byte[] editLength(byte[] bytes) {
        byte[] edited = bytes.clone();
        if (edited.length > 0) {
            int at = random.nextInt(Math.min(8, edited.length));
            edited[at] += (byte) (random.nextBoolean() ? 1 - 2 * random.nextInt(2) : random.nextInt(256));
        }
        return edited;
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }

    private static byte[] replace(byte[] bytes, int from, int to, byte[] replacement) {
        var out = new ByteArrayOutputStream(bytes.length + replacement.length);
        out.write(bytes, 0, from);
        out.writeBytes(replacement);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }
}
