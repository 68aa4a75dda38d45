package org.learn4j.hooks;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.Tensor;

/** One tensor copied out of a pass, into memory that is reused while shape and type stay the same. Thread-safe. */
final class StoredTensor implements AutoCloseable {
    private @Nullable Tensor copy;
    private boolean closed;

    synchronized void store(Tensor value) {
        if (closed) {
            return;
        }
        Tensor own = copy;
        if (own == null || own.isClosed() || !own.shape().equals(value.shape()) || own.dtype() != value.dtype()) {
            discard();
            own = Tensor.uninitialized(value.dtype(), value.shape()).keep();
            copy = own;
        }
        Kernels.current().copy(value, own);
    }

    synchronized Optional<Tensor> latest() {
        return Optional.ofNullable(copy).filter(own -> !own.isClosed());
    }

    /** Returns how many bytes the elements take. */
    synchronized long bytes() {
        return latest().map(own -> own.elements() * own.dtype().bytes()).orElse(0L);
    }

    synchronized void discard() {
        if (copy != null) {
            copy.close();
            copy = null;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        discard();
    }
}
