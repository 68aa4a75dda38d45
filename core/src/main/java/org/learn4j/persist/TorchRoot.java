package org.learn4j.persist;

import java.nio.ByteOrder;

/**
 * What a PyTorch file was made of.
 *
 * @param value the object that was saved, see {@link Python}
 * @param order the byte order of the storages
 */
record TorchRoot(Object value, ByteOrder order) {}
