package org.learn4j.persist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.learn4j.persist.ModelFormatException.Reason;
import org.learn4j.tensor.DType;

/**
 * A file that {@code torch.save} wrote ({@code .pth}, {@code .pt}, {@code .th}): a state dictionary, or a checkpoint with
 * one in it. All its formats are read: the zip archive of today, the stream of pickles before version 1.6, and the tar
 * archive of the first releases.
 *
 * <pre>{@code
 * try (var file = PyTorchFile.open(Path.of("checkpoint.th"))) {
 *     System.out.println(file.names());                            // state_dict.conv1.weight, …
 *     System.out.println(file.values().get("best_prec1"));
 * }
 * }</pre>
 *
 * <p>A pickle is a program. The one in such a file is run by a machine that makes tensors, numbers, texts, lists, tuples and
 * dictionaries and knows nothing else: a file that names another class or function is refused with
 * {@link ModelFormatException.Reason#CODE}, and no name in it is looked up in Java. Sizes, offsets, strides and depths are
 * checked before anything is allocated by them; the elements of tensors are read one tensor at a time.
 *
 * <p>Names are the keys of nested dictionaries and the positions in lists, joined by dots. Half precision is read as single
 * precision, 8- and 16-bit integers as 32-bit ones, truth values as bytes 0 and 1: exactly, all of them.
 */
public final class PyTorchFile implements TensorFile {
    private static final byte[] ZIP = {'P', 'K', 3, 4};
    private static final byte[] EMPTY_ZIP = {'P', 'K', 5, 6};
    private static final int TAR_BLOCK = 512;

    private final Path path;
    private final FileOps.OpenFile file;
    private final ByteOrder order;
    private final Map<String, TorchTensor> tensors;
    private final Map<String, Object> values;
    private final Optional<String> stateKey;

    PyTorchFile(Path path, FileOps.OpenFile file) throws IOException {
        this.path = path;
        this.file = file;
        TorchRoot root = root(Bytes.of(file));
        TorchNames names = new TorchNames(root.value());
        this.order = root.order();
        this.tensors = Collections.unmodifiableMap(names.tensors());
        this.values = Collections.unmodifiableMap(names.values());
        this.stateKey = names.stateKey();
    }

    /**
     * Opens a file and reads everything but the elements of its tensors.
     *
     * @throws ModelFormatException if the file is anything but a well-formed file of {@code torch.save} with tensors and
     *     plain values
     * @throws UncheckedIOException if it cannot be read, naming the path
     */
    public static PyTorchFile open(Path path) {
        return open(FileOps.SYSTEM, path);
    }

    static PyTorchFile open(FileOps files, Path path) {
        return Opening.open(files, path, file -> new PyTorchFile(path, file));
    }

    /** Returns whether a file begins as those of torch.save do. */
    static boolean isOne(Bytes file) throws IOException {
        byte[] start = start(file);
        return isZip(start) || isPickle(start) || TorchTar.isHeader(start);
    }

    private static TorchRoot root(Bytes file) throws IOException {
        byte[] start = start(file);
        if (isZip(start)) {
            return TorchArchive.read(file);
        }
        if (isPickle(start)) {
            return TorchStream.read(file);
        }
        if (TorchTar.isHeader(start)) {
            return TorchTar.read(file);
        }
        throw new ModelFormatException(
                Reason.PICKLE, "neither a zip archive nor a pickle nor a tar archive: not a file of torch.save");
    }

    private static byte[] start(Bytes file) throws IOException {
        byte[] start = new byte[(int) Math.min(TAR_BLOCK, file.length())];
        file.fill(ByteBuffer.wrap(start), 0);
        return start;
    }

    private static boolean isZip(byte[] start) {
        return startsWith(start, ZIP) || startsWith(start, EMPTY_ZIP);
    }

    private static boolean startsWith(byte[] start, byte[] magic) {
        return start.length >= magic.length && Arrays.equals(start, 0, magic.length, magic, 0, magic.length);
    }

    /** Every pickle since protocol 2 begins with its protocol. */
    private static boolean isPickle(byte[] start) {
        return start.length > 1 && start[0] == (byte) 0x80 && start[1] >= 2 && start[1] <= 5;
    }

    @Override
    public Path path() {
        return path;
    }

    /** Returns the names of all tensors, in the order of the file. */
    @Override
    public List<String> names() {
        return List.copyOf(tensors.keySet());
    }

    @Override
    public boolean contains(String name) {
        return tensors.containsKey(name);
    }

    @Override
    public DType dtype(String name) {
        return tensor(name).type().readAs().orElseThrow();
    }

    @Override
    public long[] shape(String name) {
        return tensor(name).shape();
    }

    @Override
    public long byteSize(String name) {
        return tensor(name).count() * dtype(name).bytes();
    }

    /**
     * Returns what the file holds besides tensors, by name: {@link Boolean}, {@link Long}, {@link Double} and
     * {@link String}, such as {@code epoch} in checkpoints. {@code None}, bytes and very large numbers are left out.
     */
    public Map<String, Object> values() {
        return values;
    }

    /**
     * Returns under which key of its outermost dictionary the file keeps the weights, if it is a checkpoint:
     * {@code state_dict}, {@code model_state_dict} or {@code model}.
     */
    public Optional<String> stateKey() {
        return stateKey;
    }

    @Override
    public void read(String name, ByteBuffer... into) {
        TorchTensor tensor = tensor(name);
        long received = 0;
        for (ByteBuffer piece : into) {
            received += piece.remaining();
            if (piece.isReadOnly()) {
                throw new IllegalArgumentException("a read-only buffer cannot take the tensor " + Limits.quote(name));
            }
        }
        if (received != byteSize(name)) {
            throw new IllegalArgumentException(
                    "the tensor " + Limits.quote(name) + " has " + byteSize(name) + " bytes, its buffers " + received);
        }
        try {
            new TorchElements(tensor, order).read(into);
        } catch (ModelFormatException e) {
            zero(into);
            throw e.at("the tensor " + Limits.quote(name)).in(path);
        } catch (IOException e) {
            zero(into);
            throw new UncheckedIOException("cannot read " + path + ": " + e, e);
        }
    }

    private static void zero(ByteBuffer... into) {
        for (ByteBuffer piece : into) {
            ByteBuffer view = piece.duplicate();
            while (view.hasRemaining()) {
                view.put((byte) 0);
            }
        }
    }

    private TorchTensor tensor(String name) {
        TorchTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new ModelFormatException(
                    path,
                    Reason.MISSING,
                    "no tensor " + Limits.quote(name) + " among the " + tensors.size() + " of the file");
        }
        return tensor;
    }

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
        return path + ": " + tensors.size() + " tensors";
    }
}
