package org.learn4j.autograd;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorMemoryException;
import org.learn4j.tensor.TensorScope;

/**
 * Records the operations of this thread that depend on tensors which require a gradient, and computes those gradients.
 *
 * <pre>{@code
 * Tensor w = Tensor.of(new float[] {3}).requireGradient(true);
 * try (Tape tape = Tape.open()) {
 *     Tensor loss = w.square().sum();
 *     tape.backward(loss);
 * }
 * w.gradient().get().item();      // 6.0
 * }</pre>
 *
 * <p>Nothing is recorded outside a tape. Gradients add up in {@link Tensor#gradient()} until it is cleared
 * ({@link Tensor#markGradient}). What a recorded operation needs for the way back stays in memory until the tape is closed,
 * even if it is closed or its scope ends before. A tape belongs to the thread that opened it; where tapes are nested the
 * innermost alone records.
 */
public final class Tape implements AutoCloseable {
    private static final ThreadLocal<@Nullable Tape> CURRENT = new ThreadLocal<>();
    private static final AtomicLong IDS = new AtomicLong();

    private final Thread thread = Thread.currentThread();
    private final @Nullable Tape outer;
    private final boolean releasing;
    private final boolean watchedOnly;
    private @Nullable Set<Tensor> watched;
    private final List<Call> calls = new ArrayList<>();
    private final List<Tensor> retained = new ArrayList<>();
    private long id = IDS.incrementAndGet();
    private @Nullable Map<Integer, List<UnaryOperator<Tensor>>> gradientHooks;

    // by slot: a view of the result, its gradient, and whether that gradient's memory is used by nothing else
    private @Nullable Tensor[] results = new @Nullable Tensor[32];
    private @Nullable Tensor[] gradients = new @Nullable Tensor[32];
    private boolean[] exclusive = new boolean[32];
    private int slots;

    // during one call's backward: gradients written beside one that exists already, to be added to it
    private final List<Tensor> pendingTargets = new ArrayList<>();
    private final List<Tensor> pendingAdditions = new ArrayList<>();
    private int currentSlot = -1;
    private boolean currentTaken;
    private boolean running;
    private boolean closed;

    private Tape(@Nullable Tape outer, boolean releasing, boolean watchedOnly) {
        this.outer = outer;
        this.releasing = releasing;
        this.watchedOnly = watchedOnly;
    }

    /** Starts recording on this thread. */
    public static Tape open() {
        return push(false, false);
    }

    /**
     * Starts recording on this thread; the backward pass frees each operation's result and what it saved as soon as nothing
     * before it needs them, except tensors passed to {@link #retain}. What training uses.
     */
    public static Tape openReleasing() {
        return push(true, false);
    }

    /**
     * Starts recording on this thread what depends on tensors passed to {@link #watch}, and nothing else: parameters are
     * constants, and their gradients stay as they are. What explains a prediction uses.
     */
    public static Tape openWatching() {
        return push(false, true);
    }

    private static Tape push(boolean releasing, boolean watchedOnly) {
        Tape tape = new Tape(CURRENT.get(), releasing, watchedOnly);
        CURRENT.set(tape);
        return tape;
    }

    static @Nullable Tape swap(@Nullable Tape tape) {
        Tape before = CURRENT.get();
        Tape open = tape;
        while (open != null && open.closed) {
            open = open.outer;
        }
        CURRENT.set(open);
        return before;
    }

    /** Returns whether operations on this thread are being recorded. */
    public static boolean isRecording() {
        return CURRENT.get() != null;
    }

    // ---- recording

    /**
     * Runs an operation, recording it if this thread has a tape and an input depends on a tensor that requires a gradient.
     * Outside any {@link TensorScope} the output belongs to the caller, and what else the operation made is freed.
     */
    public static Tensor apply(Op op, Tensor... inputs) {
        Tape tape = CURRENT.get();
        boolean tracked = false;
        for (Tensor input : inputs) {
            input.requireOpen();
            tracked |= tape != null && tape.tracks(input);
        }
        Call call = new Call(op, inputs, tracked ? tape : null);
        try {
            Tensor output = forward(op, call);
            if (tracked && tape != null && output.dtype().isFloating()) {
                tape.record(call, output);
            } else {
                call.release();
            }
            return output;
        } catch (TensorMemoryException failure) {
            call.release();
            throw failure.during(describe(op, inputs));
        } catch (RuntimeException | Error failure) {
            call.release();
            throw failure;
        } finally {
            Reference.reachabilityFence(call);
        }
    }

    private static Tensor forward(Op op, Call call) {
        Tape recording = CURRENT.get();
        if (recording != null) {
            CURRENT.set(null);
        }
        try {
            if (TensorScope.isOpen()) {
                return op.forward(call);
            }
            TensorScope own = TensorScope.open();
            try {
                return op.forward(call).keep();
            } finally {
                own.close();
            }
        } finally {
            if (recording != null) {
                CURRENT.set(recording);
            }
        }
    }

    private static String describe(Op op, Tensor... inputs) {
        StringJoiner shapes = new StringJoiner(", ", op.name() + " of ", "");
        for (Tensor input : inputs) {
            shapes.add(input.dtype() + " " + input.shape());
        }
        return shapes.toString();
    }

    boolean tracks(Tensor tensor) {
        return recorded(tensor) || (!tensor.isClosed() && isSource(tensor));
    }

    private boolean isSource(Tensor tensor) {
        return (tensor.requiresGradient() && !watchedOnly) || (watched != null && watched.contains(tensor));
    }

    /**
     * Follows a tensor as if it required a gradient, on this tape alone and until a releasing tape's backward pass is over.
     * Returns the tensor.
     *
     * @throws IllegalArgumentException if it holds whole numbers, or is a result recorded on this tape
     */
    public Tensor watch(Tensor tensor) {
        if (!tensor.dtype().isFloating() || recorded(tensor)) {
            throw new IllegalArgumentException(
                    "watch expects a floating-point tensor that no operation on this tape made,"
                            + " received " + tensor.dtype() + " " + tensor.shape()
                            + (recorded(tensor) ? " recorded here; use onGradient" : ""));
        }
        if (watched == null) {
            watched = Collections.newSetFromMap(new IdentityHashMap<>());
        }
        watched.add(tensor);
        return tensor;
    }

    private void record(Call call, Tensor output) {
        Tensor[] held = new Tensor[call.inputs()];
        for (int i = 0; i < held.length; i++) {
            Tensor input = call.input(i);
            if (input == output) {
                throw new IllegalStateException(
                        call.op().name() + " returned its input; an operation returns a new tensor"
                                + " or a view, such as input.detach()");
            }
            Tensor result = recorded(input) ? results[input.tapeSlot()] : null;
            held[i] = result == null ? input.hold() : result;
        }
        if (slots == results.length) {
            results = Arrays.copyOf(results, 2 * slots);
            gradients = Arrays.copyOf(gradients, 2 * slots);
            exclusive = Arrays.copyOf(exclusive, 2 * slots);
        }
        Tensor result = output.hold();
        results[slots] = result;
        call.recordedAs(id, slots, held, output, result);
        output.enterTape(id, slots++);
        calls.add(call);
    }

    /** Keeps a result from being freed by the backward pass of a releasing tape. Returns the tensor. */
    public Tensor retain(Tensor tensor) {
        retained.add(tensor);
        return tensor;
    }

    /**
     * Calls {@code hook} with the gradient of a recorded result when the backward pass knows it; what the hook returns, of the
     * same shape and type, flows on in its place. The hook does not change the gradient it is given, and copies it (or takes
     * {@link Tensor#hold()}) if it is to live on: the tape frees it.
     */
    public void onGradient(Tensor result, UnaryOperator<Tensor> hook) {
        if (!recorded(result)) {
            throw new IllegalArgumentException("onGradient expects a result recorded on this tape, received "
                    + result.shape() + " recorded elsewhere");
        }
        if (gradientHooks == null) {
            gradientHooks = new HashMap<>();
        }
        gradientHooks
                .computeIfAbsent(result.tapeSlot(), slot -> new ArrayList<>())
                .add(hook);
    }

    /** Returns the tape of this thread, for hooks; null if there is none. */
    public static @Nullable Tape current() {
        return CURRENT.get();
    }

    /** Returns whether a tensor is a result recorded on this tape, and not yet freed by a backward pass. */
    public boolean recorded(Tensor tensor) {
        return tensor.tape() == id;
    }

    /** Returns how many operations are recorded. */
    public int size() {
        return calls.size();
    }

    // ---- the way back

    /**
     * Computes the gradients of a scalar with respect to everything it depends on that requires one. If it throws, the
     * gradients it was to compute or to add to are cleared.
     *
     * @throws ShapeMismatchException if {@code loss} has not exactly one element
     * @throws IllegalArgumentException if {@code loss} was not recorded on this tape
     * @throws IllegalStateException if the tape was closed, or belongs to another thread
     */
    public void backward(Tensor loss) {
        if (loss.elements() != 1) {
            throw new ShapeMismatchException("backward(loss) expects a tensor of one element, received shape "
                    + loss.shape() + "; reduce it first or give the gradient of the output");
        }
        try (Tensor one = Tensor.uninitialized(loss.dtype(), loss.shape())) {
            backward(loss, one.fill(1));
        }
    }

    /** Computes gradients given that of {@code output}, a tensor of its shape and type; otherwise as {@link #backward(Tensor)}. */
    public void backward(Tensor output, Tensor gradient) {
        requireUsable();
        if (!recorded(output)) {
            throw new IllegalArgumentException(
                    "backward expects a result recorded on this tape; received a tensor of shape "
                            + output.shape()
                            + " that depends on nothing which requires a gradient, or whose operations an earlier"
                            + " backward pass has freed");
        }
        if (!gradient.shape().equals(output.shape())) {
            throw new ShapeMismatchException("The gradient of an output of shape " + output.shape()
                    + " has that shape, received " + gradient.shape());
        }
        Checks.sameType("backward", output, gradient);
        Tape recording = swap(null);
        running = true;
        boolean done = false;
        try {
            put(output.tapeSlot(), gradient.hold(), false);
            for (int i = calls.size() - 1; i >= 0; i--) {
                backward(calls.get(i));
            }
            done = true;
        } finally {
            running = false;
            currentSlot = -1;
            if (!done) {
                abandon();
            }
            if (releasing) {
                forget();
            }
            swap(recording);
        }
    }

    private void requireUsable() {
        if (closed || Thread.currentThread() != thread) {
            throw new IllegalStateException("A tape works until it is closed, on the thread that opened it ("
                    + thread.getName() + "); received a call on "
                    + Thread.currentThread().getName()
                    + (closed ? " after it was closed" : ""));
        }
        if (running) {
            throw new IllegalStateException("This tape is in a backward pass; a hook cannot start another");
        }
    }

    private void backward(Call call) {
        int slot = call.slot();
        Tensor dy = gradients[slot];
        if (dy != null) {
            dy = runHooks(slot, dy);
            currentSlot = slot;
            currentTaken = false;
            run(call, dy);
            addPending();
            gradients[slot] = null;
            if (!currentTaken) {
                dy.close();
            }
        }
        if (releasing) {
            call.release();
            release(call.result());
            closeResult(slot);
        }
    }

    private static void run(Call call, Tensor dy) {
        TensorScope own = TensorScope.isOpen() ? null : TensorScope.open();
        try {
            call.op().backward(call, dy);
        } catch (TensorMemoryException failure) {
            throw failure.during("the gradient of " + call.op().name() + " with output " + dy.shape());
        } finally {
            if (own != null) {
                own.close();
            }
            Reference.reachabilityFence(call);
        }
    }

    private void release(Tensor output) {
        for (int i = 0; i < retained.size(); i++) {
            if (retained.get(i) == output) {
                return;
            }
        }
        output.close();
    }

    private void closeResult(int slot) {
        Tensor result = results[slot];
        if (result != null) {
            results[slot] = null;
            result.close();
        }
    }

    private Tensor runHooks(int slot, Tensor dy) {
        List<UnaryOperator<Tensor>> hooks = gradientHooks == null ? null : gradientHooks.get(slot);
        if (hooks == null) {
            return dy;
        }
        exclusive[slot] = false; // a hook may hold it: nothing is written over it
        Tensor result = dy;
        for (UnaryOperator<Tensor> hook : hooks) {
            Tensor replaced = hook.apply(result);
            if (replaced != result) {
                Checks.shape("onGradient", "a gradient", dy.shape(), replaced.shape());
                Checks.sameType("onGradient", dy, replaced);
                Tensor before = result;
                result = replaced.hold();
                gradients[slot] = result;
                before.close();
            }
        }
        return result;
    }

    private void addPending() {
        for (int i = 0; i < pendingTargets.size(); i++) {
            Tensor target = pendingTargets.get(i);
            Tensor addition = pendingAdditions.get(i);
            if (recorded(target) && !ownsSum(target.tapeSlot())) {
                addShared(target.tapeSlot(), addition);
            } else {
                accumulate(target, addition);
                addition.close();
            }
        }
        pendingTargets.clear();
        pendingAdditions.clear();
    }

    /** Puts the sum in the place of a gradient used elsewhere, over the addition: that has just been written, and is cached. */
    private void addShared(int slot, Tensor addition) {
        Tensor shared = Objects.requireNonNull(gradients[slot]);
        Kernels.current().binary(Binary.ADD, addition, shared, addition);
        put(slot, addition, true);
        shared.close();
    }

    /** Frees the gradients under way, and clears those that may be incomplete. */
    private void abandon() {
        closeGradients();
        pendingAdditions.forEach(Tensor::close);
        pendingAdditions.clear();
        pendingTargets.clear();
        for (Call call : calls) {
            call.clearGradients();
        }
    }

    private void closeGradients() {
        for (int i = 0; i < slots; i++) {
            Tensor gradient = gradients[i];
            if (gradient != null) {
                gradients[i] = null;
                gradient.close();
            }
        }
    }

    /** Frees what the recorded operations hold; their results are like constants from now on. */
    private void forget() {
        for (Call call : calls) {
            call.release();
        }
        calls.clear();
        closeGradients();
        for (int i = 0; i < slots; i++) {
            closeResult(i);
        }
        slots = 0;
        retained.clear();
        gradientHooks = null;
        watched = null;
        id = IDS.incrementAndGet();
    }

    // ---- where gradients go, for Call

    Tensor destination(Tensor input) {
        if (!recorded(input)) {
            Tensor buffer = input.requireGradientBuffer();
            if (!input.gradientWritten()) {
                input.markGradient(true);
                return buffer;
            }
        } else if (gradients[input.tapeSlot()] == null) {
            return put(input.tapeSlot(), fresh(input), true);
        }
        Tensor addition = fresh(input);
        pendingTargets.add(input);
        pendingAdditions.add(addition);
        return addition;
    }

    /** Returns whether nothing but the operation under way uses its output's gradient. */
    boolean mayOverwrite(Tensor dy) {
        return currentSlot >= 0 && exclusive[currentSlot] && gradients[currentSlot] == dy && !currentTaken;
    }

    Tensor destinationOver(Tensor input, Tensor dy) {
        boolean reusable = mayOverwrite(dy)
                && dy.liesLike(input)
                && dy.dtype() == input.dtype()
                && dy.shape().equals(input.shape())
                && recorded(input)
                && gradients[input.tapeSlot()] == null;
        if (!reusable) {
            return destination(input);
        }
        currentTaken = true;
        return put(input.tapeSlot(), dy, true);
    }

    Tensor accumulator(Tensor input) {
        if (!recorded(input)) {
            Tensor buffer = input.requireGradientBuffer();
            if (!input.gradientWritten()) {
                Kernels.current().fill(0, buffer);
                input.markGradient(true);
            }
            return buffer;
        }
        int slot = input.tapeSlot();
        Tensor sum = gradients[slot];
        if (sum == null) {
            sum = put(slot, fresh(input), true);
            Kernels.current().fill(0, sum);
        } else if (!ownsSum(slot)) {
            Tensor shared = sum;
            sum = replaceSum(input, own -> Kernels.current().copy(shared, own));
        }
        return sum;
    }

    void pass(Call call, Tensor input, Tensor gradient, boolean only) {
        if (!gradient.shape().equals(input.shape()) || gradient.dtype() != input.dtype()) {
            throw new IllegalStateException(call.op().name() + " passed a gradient of " + gradient.dtype() + " "
                    + gradient.shape() + " to an input of " + input.dtype() + " " + input.shape());
        }
        if (!recorded(input)) {
            Tensor buffer = input.requireGradientBuffer();
            if (input.gradientWritten()) {
                accumulate(input, gradient);
            } else {
                Kernels.current().copy(gradient, buffer);
                input.markGradient(true);
            }
        } else if (gradients[input.tapeSlot()] == null) {
            boolean keepsExclusive = only && currentSlot >= 0 && exclusive[currentSlot] && !hasZeroStride(gradient);
            put(input.tapeSlot(), gradient.hold(), keepsExclusive);
        } else {
            accumulate(input, gradient);
        }
    }

    private static boolean hasZeroStride(Tensor tensor) {
        for (int i = 0; i < tensor.shape().rank(); i++) {
            if (tensor.stride(i) == 0 && tensor.shape().dim(i) > 1) {
                return true;
            }
        }
        return false;
    }

    private void accumulate(Tensor input, Tensor addition) {
        if (recorded(input) && !ownsSum(input.tapeSlot())) {
            replaceSum(input, own -> {
                Tensor sum = Objects.requireNonNull(gradients[input.tapeSlot()]);
                Kernels.current().binary(Binary.ADD, sum, addition, own);
            });
        } else {
            Tensor sum = accumulator(input);
            Kernels.current().binary(Binary.ADD, sum, addition, sum);
        }
    }

    /** Returns whether there is no gradient yet, or one that may be added to in place. */
    private boolean ownsSum(int slot) {
        Tensor sum = gradients[slot];
        return sum == null || (exclusive[slot] && sum.isDense());
    }

    /** Puts a gradient that is used by nothing else in the place of one that is. */
    private Tensor replaceSum(Tensor input, Consumer<Tensor> write) {
        int slot = input.tapeSlot();
        Tensor before = gradients[slot];
        Tensor own = fresh(input);
        try {
            write.accept(own);
        } finally {
            if (before != null) {
                before.close();
            }
            put(slot, own, true);
        }
        return own;
    }

    private static Tensor fresh(Tensor like) {
        return Tensor.like(like).keep();
    }

    private Tensor put(int slot, Tensor gradient, boolean owned) {
        gradients[slot] = gradient;
        exclusive[slot] = owned;
        return gradient;
    }

    /**
     * Stops recording and frees what was held for a backward pass. Calling it again does nothing.
     *
     * @throws IllegalStateException on another thread, or in a backward pass
     */
    @Override
    public void close() {
        if (!closed) {
            requireUsable();
            closed = true;
            forget();
            if (CURRENT.get() == this) {
                swap(this);
            }
        }
    }

    @Override
    public String toString() {
        return "Tape of " + calls.size() + " operations";
    }
}
