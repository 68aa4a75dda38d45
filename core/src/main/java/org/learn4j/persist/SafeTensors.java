package org.learn4j.persist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.ModelFormatException.Reason;
import org.learn4j.tensor.DType;

/**
 * A <a href="https://github.com/huggingface/safetensors">safetensors</a> file: named tensors and one JSON manifest.
 *
 * <pre>{@code
 * SafeTensors.write(path, List.of(NamedTensor.of("weight", DType.FLOAT32, new long[] {2, 3}, bytes)), manifest);
 *
 * try (var file = SafeTensors.open(path)) {
 *     for (String name : file.names()) {
 *         file.read(name, memoryFor(file.dtype(name), file.shape(name)));
 *     }
 * }
 * }</pre>
 *
 * <p>{@link #open} believes nothing: sizes, types, shapes and offsets are checked against each other and against the
 * length of the file before anything is allocated by them. The header is at most 16 MiB, with at most 100,000 tensors of
 * at most 8 dimensions and names of at most 256 printable characters; duplicate names, holes, overlaps and bytes behind
 * the last tensor are refused.
 *
 * <p>A file of this library holds a SHA-256 of its header and of each tensor: any byte that changed after writing is
 * found, in the header by {@link #open}, in a tensor by {@link #read} or {@link #verify}. Files of others have no
 * checksums and no manifest; they are checked as far as their header goes. All methods may be called by several threads.
 */
public final class SafeTensors implements TensorFile {
    private final Path path;
    private final FileOps.OpenFile file;
    private final TensorData data;
    private final Header header;

    SafeTensors(Path path, FileOps.OpenFile file) throws IOException {
        this.path = path;
        this.file = file;
        this.data = new TensorData(file);
        this.header = data.header();
    }

    /**
     * Opens a file and checks its header; tensors are read and checked one by one.
     *
     * @throws ModelFormatException if the file is anything but a well-formed safetensors file within the limits above
     * @throws UncheckedIOException if it cannot be read, naming the path
     */
    public static SafeTensors open(Path path) {
        return open(FileOps.SYSTEM, path);
    }

    static SafeTensors open(FileOps files, Path path) {
        return Opening.open(files, path, file -> new SafeTensors(path, file));
    }

    /** Returns whether a file begins as a safetensors file does: with a length within limits and a bracket. */
    static boolean isOne(Bytes file) throws IOException {
        var start = ByteBuffer.allocate(Long.BYTES + 1).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length() < start.capacity()) {
            return false;
        }
        file.fill(start, 0);
        return start.getInt(Integer.BYTES) == 0 && start.get(Long.BYTES) == '{';
    }

    /**
     * Writes a file in one step, see {@link AtomicFile}.
     *
     * @param path the file, replaced if it exists
     * @param tensors what it shall hold, in this order
     * @param manifest everything that is not a tensor; the field {@code "sha256"} is taken by the checksums
     * @throws IllegalArgumentException if two tensors have the same name, if the memory of one does not fit its shape, or
     *     if {@link #open} would refuse the file
     * @throws IllegalStateException if a tensor changes while it is saved
     * @throws UncheckedIOException if writing fails, naming the path; the old file is as it was, with the exception that
     *     {@link AtomicFile#write(Path, byte[])} describes
     */
    public static void write(Path path, List<NamedTensor> tensors, Json.Fields manifest) {
        write(FileOps.SYSTEM, path, tensors, manifest);
    }

    static void write(FileOps files, Path path, List<NamedTensor> tensors, Json.Fields manifest) {
        List<NamedTensor> ordered = List.copyOf(tensors);
        Map<String, Json.Text> checksums = new LinkedHashMap<>();
        for (NamedTensor tensor : ordered) {
            var digest = Seal.sha256();
            tensor.memory().forEach(digest::update);
            checksums.put(tensor.name(), Json.of(hex(digest)));
        }
        byte[] header = Header.format(ordered, manifest, checksums);
        AtomicFile.write(files, path, channel -> {
            var start = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
            channel.write(start.putLong(header.length).put(header).flip());
            for (NamedTensor tensor : ordered) {
                var digest = Seal.sha256();
                for (ByteBuffer piece : tensor.memory()) {
                    digest.update(piece.duplicate());
                    channel.write(piece);
                }
                if (!Json.of(hex(digest)).equals(checksums.get(tensor.name()))) {
                    throw new IllegalStateException("the tensor " + tensor + " changed while it was saved");
                }
            }
        });
    }

    /** Returns the names of the tensors that can be read, in the order of their data. */
    @Override
    public List<String> names() {
        return List.copyOf(header.names(true).keySet());
    }

    /**
     * Returns the tensors that the file has, but this library cannot read, with the names of their element types, such
     * as {@code U64}.
     */
    public Map<String, String> unsupported() {
        Map<String, String> types = new LinkedHashMap<>();
        header.names(false).forEach((name, type) -> types.put(name, type.name()));
        return types;
    }

    /** Returns whether the file has a tensor of this name, readable or not. */
    @Override
    public boolean contains(String name) {
        return header.extents().containsKey(name);
    }

    /**
     * Returns the type that a tensor's elements are read as: half precision as single precision, 8- and 16-bit integers as
     * 32-bit ones, truth values as bytes 0 and 1; the others as they are.
     *
     * @throws ModelFormatException if there is no such tensor, or it is one of the {@link #unsupported}
     */
    @Override
    public DType dtype(String name) {
        return located(() -> header.dtype(name));
    }

    /**
     * Returns the dimensions of a tensor; none for a single number.
     *
     * @throws ModelFormatException if there is no such tensor
     */
    @Override
    public long[] shape(String name) {
        return located(() -> header.extent(name)).shape();
    }

    /**
     * Returns how many bytes a tensor occupies once read; of one that is {@link #unsupported}, how many it has in the file.
     *
     * @throws ModelFormatException if there is no such tensor
     */
    @Override
    public long byteSize(String name) {
        return readBytes(located(() -> header.extent(name)));
    }

    private static long readBytes(Extent extent) {
        int size = extent.type().readAs().map(DType::bytes).orElse(extent.type().bytes());
        return extent.bytes() / extent.type().bytes() * size;
    }

    /** Returns the manifest; nothing for a file that this library has not written. */
    public Optional<Json> manifest() {
        return header.manifest().map(Function.identity());
    }

    /**
     * Returns the manifest as a place from which its values are read with errors that name this file.
     *
     * @throws ModelFormatException if this library has not written the file
     */
    public JsonPlace requireManifest() {
        Json manifest = manifest()
                .orElseThrow(
                        () -> new ModelFormatException(path, Reason.MISSING, "no manifest: not a file of Learn4J"));
        return JsonPlace.of(path, manifest);
    }

    /** Returns the texts that the file holds besides the manifest, such as {@code format} in files of PyTorch. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** Returns the file. */
    @Override
    public Path path() {
        return path;
    }

    /**
     * Reads a tensor and verifies its checksum, if the file has one.
     *
     * <p>The bytes are put between position and limit of the buffers, which do not move; they are little-endian, rows
     * last. When this method throws, the buffers hold zeros: no caller sees bytes that were not verified. To learn of
     * damage before allocating anything, call {@link #verify} first.
     *
     * @param name one of the {@link #names}
     * @param into memory for exactly the bytes of the tensor, in several pieces if it has more than 2 GiB
     * @throws IllegalArgumentException if the buffers are read-only or do not have {@link #byteSize} bytes in all
     * @throws ModelFormatException if there is no such tensor, if it is one of the {@link #unsupported}, or if it was
     *     changed after it was written
     * @throws UncheckedIOException if the file cannot be read
     */
    @Override
    public void read(String name, ByteBuffer... into) {
        dtype(name); // refuses what cannot be read
        Extent extent = header.extent(name);
        long received = 0;
        for (ByteBuffer piece : into) {
            received += piece.remaining();
            if (piece.isReadOnly()) {
                throw new IllegalArgumentException("a read-only buffer cannot take the tensor " + extent);
            }
        }
        if (received != readBytes(extent)) {
            throw new IllegalArgumentException(
                    "the tensor " + extent + " has " + readBytes(extent) + " bytes, its buffers " + received);
        }
        String checksum = header.checksums().get(name);
        if (extent.type().dtype().isPresent()) {
            reading(() -> data.read(extent, checksum, into));
        } else {
            reading(() -> convert(extent, checksum, into));
        }
    }

    private void convert(Extent extent, @Nullable String checksum, ByteBuffer... into) throws IOException {
        if (extent.bytes() > Integer.MAX_VALUE - 8) {
            throw new ModelFormatException(
                    Reason.LIMIT, "the tensor " + extent + " is too large to be read in another type");
        }
        var raw = ByteBuffer.allocate((int) extent.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        data.read(extent, checksum, raw);
        var out = new ElementWriter(extent.type(), into);
        for (int at = 0; at < raw.capacity(); at += extent.type().bytes()) {
            out.put(raw, at);
        }
    }

    /**
     * Verifies the checksums of all tensors without keeping their bytes.
     *
     * @throws ModelFormatException if a tensor was changed after it was written
     * @throws UncheckedIOException if the file cannot be read
     */
    public void verify() {
        for (String name : header.checksums().keySet()) {
            verify(name);
        }
    }

    /**
     * Verifies the checksum of a tensor without keeping its bytes; does nothing in files without checksums.
     *
     * @throws ModelFormatException if there is no such tensor, or it was changed after it was written
     * @throws UncheckedIOException if the file cannot be read
     */
    public void verify(String name) {
        Extent extent = located(() -> header.extent(name));
        String checksum = header.checksums().get(name);
        if (checksum != null) {
            reading(() -> data.verify(extent, checksum));
        }
    }

    /** Closes the file. */
    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + path + ": " + e, e);
        }
    }

    @Override
    public String toString() {
        return path + ": " + header.extents().size() + " tensors";
    }

    private interface Reading {
        void read() throws IOException;
    }

    private void reading(Reading reading) {
        try {
            reading.read();
        } catch (ModelFormatException e) {
            throw e.in(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + ": " + e, e);
        }
    }

    private <T> T located(Supplier<T> lookup) {
        try {
            return lookup.get();
        } catch (ModelFormatException e) {
            throw e.in(path);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
