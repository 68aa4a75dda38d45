/**
 * Files that can be trusted: one binary format of its own, one place that opens files, one writer.
 *
 * <p>A model, a checkpoint and a label snapshot are each one safetensors file: the numbers are tensors, everything
 * else is one JSON document in its metadata. {@link org.learn4j.persist.SafeTensors} reads and writes it,
 * {@link org.learn4j.persist.AtomicFile} is the only way bytes reach the disk, and
 * {@link org.learn4j.persist.ModelFormatException} is the only answer to a file that is not what it claims to be. There
 * is no Java serialization, no reflection and no reference to another file.
 *
 * <p>Weights of others also come in files of PyTorch, which are read, never written:
 * {@link org.learn4j.persist.PyTorchFile} makes tensors and plain values of them and refuses everything else.
 */
@NullMarked
package org.learn4j.persist;

import org.jspecify.annotations.NullMarked;
