package org.learn4j.persist;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.learn4j.tensor.DType;

/**
 * A file of named tensors, whoever wrote it: a {@link SafeTensors} or a {@link PyTorchFile}. All methods may be called by
 * several threads.
 *
 * <pre>{@code
 * try (var file = TensorFile.open(Path.of("resnet34.pth"))) {
 *     for (String name : file.names()) {
 *         System.out.println(name + " " + file.dtype(name) + Arrays.toString(file.shape(name)));
 *     }
 * }
 * }</pre>
 */
public sealed interface TensorFile extends AutoCloseable permits SafeTensors, PyTorchFile {
    /**
     * Opens a file, decided by its first bytes and not by its name, and checks everything but the tensors' elements.
     *
     * @throws ModelFormatException if the file is neither a well-formed safetensors file nor a PyTorch file of tensors and
     *     plain values
     * @throws java.io.UncheckedIOException if it cannot be read, naming the path
     */
    static TensorFile open(Path path) {
        return Opening.open(FileOps.SYSTEM, path, file -> {
            Bytes bytes = Bytes.of(file);
            if (SafeTensors.isOne(bytes)) {
                return new SafeTensors(path, file);
            }
            if (PyTorchFile.isOne(bytes)) {
                return new PyTorchFile(path, file);
            }
            throw new ModelFormatException(
                    ModelFormatException.Reason.LENGTH, "neither a safetensors file nor one of torch.save");
        });
    }

    /** Returns the file. */
    Path path();

    /** Returns the names of the tensors that can be read. */
    List<String> names();

    /** Returns whether the file has a tensor of this name. */
    boolean contains(String name);

    /**
     * Returns the type that a tensor's elements are read as.
     *
     * @throws ModelFormatException if there is no such tensor, or it cannot be read
     */
    DType dtype(String name);

    /**
     * Returns the dimensions of a tensor; none for a single number.
     *
     * @throws ModelFormatException if there is no such tensor
     */
    long[] shape(String name);

    /**
     * Returns how many bytes a tensor occupies once read.
     *
     * @throws ModelFormatException if there is no such tensor
     */
    long byteSize(String name);

    /**
     * Reads a tensor. The bytes are put between position and limit of the buffers, which do not move; they are
     * little-endian, rows last. When this method throws, the buffers hold zeros.
     *
     * @param name one of the {@link #names}
     * @param into memory for exactly the bytes of the tensor, in several pieces if it has more than 2 GiB
     * @throws IllegalArgumentException if the buffers are read-only or do not have {@link #byteSize} bytes in all
     * @throws ModelFormatException if there is no such tensor, or the file is damaged
     * @throws java.io.UncheckedIOException if the file cannot be read
     */
    void read(String name, ByteBuffer... into);

    /** Closes the file. */
    @Override
    void close();
}
