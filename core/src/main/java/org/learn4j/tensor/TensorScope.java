package org.learn4j.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Owns the tensors made on this thread while it is open and frees them when it closes, except those moved out with
 * {@link Tensor#keep()}.
 *
 * <pre>{@code
 * try (TensorScope scope = TensorScope.open()) {
 *     Tensor sum = a.plus(b).times(c);      // the intermediate a + b goes with the scope
 *     return sum.keep();
 * }
 * }</pre>
 *
 * <p>Scopes nest; they must close in reverse order, on the thread that opened them. Outside any scope a tensor belongs to
 * its creator, who closes it; what is forgotten is freed when the garbage collector finds it.
 */
public final class TensorScope implements AutoCloseable {
    private static final ThreadLocal<@Nullable TensorScope> CURRENT = new ThreadLocal<>();
    private static final AtomicInteger OPEN = new AtomicInteger();

    private final @Nullable TensorScope outer;
    private final MemoryPool pool;
    private final boolean ownsPool;
    private final Thread thread = Thread.currentThread();
    private final List<Tensor> tensors = new ArrayList<>();
    private int sweepAt = 1024;
    private boolean closed;

    private TensorScope(@Nullable TensorScope outer, MemoryPool pool, boolean ownsPool) {
        this.outer = outer;
        this.pool = pool;
        this.ownsPool = ownsPool;
    }

    /** Opens a scope that shares the memory of the scope around it, or has memory of its own if there is none. */
    public static TensorScope open() {
        TensorScope outer = CURRENT.get();
        return push(
                outer == null
                        ? new TensorScope(null, new MemoryPool(), true)
                        : new TensorScope(outer, outer.pool, false));
    }

    static TensorScope open(MemoryPool pool) {
        return push(new TensorScope(CURRENT.get(), pool, false));
    }

    private static TensorScope push(TensorScope scope) {
        CURRENT.set(scope);
        OPEN.incrementAndGet();
        return scope;
    }

    /** Returns how many scopes are open in the JVM. */
    public static int openScopes() {
        return OPEN.get();
    }

    /** Returns whether a scope is open on this thread. */
    public static boolean isOpen() {
        return CURRENT.get() != null;
    }

    static @Nullable TensorScope current() {
        return CURRENT.get();
    }

    Storage allocate(long bytes) {
        return pool.take(bytes);
    }

    void add(Tensor tensor) {
        if (tensors.size() >= sweepAt) {
            tensors.removeIf(Tensor::isClosed);
            sweepAt = Math.max(1024, 2 * tensors.size());
        }
        tensors.add(tensor);
    }

    /**
     * Frees the tensors of this scope that were not kept. Calling it again does nothing.
     *
     * @throws IllegalStateException if an inner scope is still open or another thread calls
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (Thread.currentThread() != thread || CURRENT.get() != this) {
            throw new IllegalStateException("A tensor scope closes on the thread that opened it (" + thread.getName()
                    + "), after the scopes opened inside it; received a call on "
                    + Thread.currentThread().getName());
        }
        closed = true;
        CURRENT.set(outer);
        OPEN.decrementAndGet();
        for (int i = 0; i < tensors.size(); i++) {
            Tensor tensor = tensors.get(i);
            if (tensor.scope() == this) {
                tensor.close();
            }
        }
        tensors.clear();
        if (ownsPool) {
            pool.close();
        }
    }
}
