package org.learn4j.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

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
 * ({@link Tensor#markGradient}). A tape belongs to the thread that opened it.
 */
public final class Tape implements AutoCloseable {
    private static final ThreadLocal<@Nullable Tape> CURRENT = new ThreadLocal<>();
    private static final AtomicLong IDS = new AtomicLong();

    private final @Nullable Tape outer;
    private final long id = IDS.incrementAndGet();
    private final boolean releasing;
    private final List<Call> calls = new ArrayList<>();
    private final List<Tensor> retained = new ArrayList<>();
    private @Nullable Map<Integer, List<UnaryOperator<Tensor>>> gradientHooks;

    // by slot: the tensor, its gradient, and whether that gradient's memory is used by nothing else
    private Tensor[] tracked = new Tensor[32];
    private @Nullable Tensor[] gradients = new @Nullable Tensor[32];
    private boolean[] exclusive = new boolean[32];
    private int slots;

    // during one call's backward: gradients written beside one that exists already, to be added to it
    private final List<Tensor> pendingTargets = new ArrayList<>();
    private final List<Tensor> pendingAdditions = new ArrayList<>();
    private int currentSlot = -1;
    private boolean currentTaken;
    private boolean closed;

    private Tape(@Nullable Tape outer, boolean releasing) {
        this.outer = outer;
        this.releasing = releasing;
    }

    /** Starts recording on this thread. */
    public static Tape open() {
        return push(false);
    }

    /**
     * Starts recording on this thread; the backward pass frees each operation's result and what it saved as soon as nothing
     * before it needs them, except tensors passed to {@link #retain}. What training uses.
     */
    public static Tape openReleasing() {
        return push(true);
    }

    private static Tape push(boolean releasing) {
        Tape tape = new Tape(CURRENT.get(), releasing);
        CURRENT.set(tape);
        return tape;
    }

    static @Nullable Tape swap(@Nullable Tape tape) {
        Tape before = CURRENT.get();
        CURRENT.set(tape);
        return before;
    }

    /** Returns whether operations on this thread are being recorded. */
    public static boolean isRecording() {
        return CURRENT.get() != null;
    }

    /** Runs an operation, recording it if this thread has a tape and an input depends on a tensor that requires a gradient. */
    public static Tensor apply(Op op, Tensor... inputs) {
        Tape tape = CURRENT.get();
        boolean record = false;
        for (Tensor input : inputs) {
            input.requireOpen();
            record |= tape != null && tape.tracks(input);
        }
        Call call = new Call(op, inputs, record);
        Tensor output = op.forward(call);
        if (record && tape != null) {
            tape.record(call, output);
        } else {
            call.releaseSaved();
        }
        return output;
    }

    boolean tracks(Tensor tensor) {
        return tensor.requiresGradient() || tensor.tape() == id;
    }

    private void record(Call call, Tensor output) {
        for (int i = 0; i < call.inputs(); i++) {
            if (call.input(i).requiresGradient() && call.input(i).tape() != id) {
                enter(call.input(i));
            }
        }
        call.recordedOn(this, output);
        enter(output);
        calls.add(call);
    }

    private void enter(Tensor tensor) {
        if (slots == tracked.length) {
            tracked = Arrays.copyOf(tracked, 2 * slots);
            gradients = Arrays.copyOf(gradients, 2 * slots);
            exclusive = Arrays.copyOf(exclusive, 2 * slots);
        }
        tracked[slots] = tensor;
        tensor.enterTape(id, slots++);
    }

    /** Keeps a result from being freed by the backward pass of a releasing tape. Returns the tensor. */
    public Tensor retain(Tensor tensor) {
        retained.add(tensor);
        return tensor;
    }

    /**
     * Calls {@code hook} with the gradient of a recorded result when the backward pass knows it; what the hook returns flows
     * on in its place.
     */
    public void onGradient(Tensor result, UnaryOperator<Tensor> hook) {
        if (result.tape() != id) {
            throw new IllegalArgumentException(
                    "onGradient expects a result recorded on this tape, received " + result.shape() + " recorded elsewhere");
        }
        if (gradientHooks == null) {
            gradientHooks = new HashMap<>();
        }
        gradientHooks.computeIfAbsent(result.tapeSlot(), slot -> new ArrayList<>()).add(hook);
    }

    /** Returns the tape of this thread, for hooks; null if there is none. */
    public static @Nullable Tape current() {
        return CURRENT.get();
    }

    /**
     * Computes the gradients of a scalar with respect to everything it depends on that requires one.
     *
     * @throws ShapeMismatchException if {@code loss} has not exactly one element
     * @throws IllegalArgumentException if {@code loss} was not recorded on this tape
     */
    public void backward(Tensor loss) {
        if (loss.elements() != 1) {
            throw new ShapeMismatchException("backward(loss) expects a tensor of one element, received shape "
                    + loss.shape() + "; reduce it first or give the gradient of the output");
        }
        Tensor one = Tensor.uninitialized(loss.dtype(), loss.shape()).fill(1);
        backward(loss, one);
        one.close();
    }

    /** Computes gradients given that of {@code output}, a tensor of its shape. */
    public void backward(Tensor output, Tensor gradient) {
        if (output.tape() != id) {
            throw new IllegalArgumentException("backward expects a result recorded on this tape; received a tensor of shape "
                    + output.shape() + " that depends on nothing which requires a gradient");
        }
        if (!gradient.shape().equals(output.shape())) {
            throw new ShapeMismatchException("The gradient of an output of shape " + output.shape()
                    + " has that shape, received " + gradient.shape());
        }
        Tape recording = swap(null);
        try {
            gradients[output.tapeSlot()] = gradient.detach();
            exclusive[output.tapeSlot()] = false;
            for (int i = calls.size() - 1; i >= 0; i--) {
                backward(calls.get(i));
            }
        } finally {
            swap(recording);
            currentSlot = -1;
            pendingTargets.clear();
            pendingAdditions.clear();
        }
        if (releasing) {
            calls.clear();
        }
    }

    private void backward(Call call) {
        int slot = call.output().tapeSlot();
        Tensor dy = gradients[slot];
        if (dy != null) {
            dy = runHooks(slot, dy);
            currentSlot = slot;
            currentTaken = false;
            call.op().backward(call, dy);
            addPending();
            if (!currentTaken) {
                dy.close();
            }
            gradients[slot] = null;
        }
        if (releasing) {
            call.releaseSaved();
            release(call.output());
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

    private Tensor runHooks(int slot, Tensor dy) {
        List<UnaryOperator<Tensor>> hooks = gradientHooks == null ? null : gradientHooks.get(slot);
        if (hooks == null) {
            return dy;
        }
        Tensor result = dy;
        for (UnaryOperator<Tensor> hook : hooks) {
            Tensor replaced = hook.apply(result);
            if (replaced != result) {
                exclusive[slot] = false;
                result = replaced.detach();
            }
        }
        return result;
    }

    private void addPending() {
        for (int i = 0; i < pendingTargets.size(); i++) {
            accumulate(pendingTargets.get(i), pendingAdditions.get(i));
            pendingAdditions.get(i).close();
        }
        pendingTargets.clear();
        pendingAdditions.clear();
    }

    // ---- where gradients go, for Call

    Tensor destination(Tensor input) {
        Tensor buffer = leafBuffer(input);
        if (buffer != null) {
            if (!input.gradientWritten()) {
                input.markGradient(true);
                return buffer;
            }
        } else if (gradients[input.tapeSlot()] == null) {
            Tensor fresh = Tensor.uninitialized(input.dtype(), input.shape());
            put(input.tapeSlot(), fresh, true);
            return fresh;
        }
        Tensor addition = Tensor.uninitialized(input.dtype(), input.shape());
        pendingTargets.add(input);
        pendingAdditions.add(addition);
        return addition;
    }

    Tensor destinationOver(Tensor input, Tensor dy) {
        boolean reusable = currentSlot >= 0
                && exclusive[currentSlot]
                && gradients[currentSlot] == dy
                && !currentTaken
                && dy.isContiguous()
                && dy.shape().equals(input.shape())
                && !input.requiresGradient()
                && gradients[input.tapeSlot()] == null;
        if (!reusable) {
            return destination(input);
        }
        currentTaken = true;
        put(input.tapeSlot(), dy, true);
        return dy;
    }

    Tensor accumulator(Tensor input) {
        Tensor buffer = leafBuffer(input);
        if (buffer != null) {
            if (!input.gradientWritten()) {
                Kernels.current().fill(0, buffer);
                input.markGradient(true);
            }
            return buffer;
        }
        int slot = input.tapeSlot();
        Tensor sum = gradients[slot];
        if (sum == null) {
            sum = Tensor.uninitialized(input.dtype(), input.shape());
            Kernels.current().fill(0, sum);
            put(slot, sum, true);
        } else if (!exclusive[slot] || !sum.isContiguous()) {
            Tensor own = Tensor.uninitialized(input.dtype(), input.shape());
            Kernels.current().copy(sum, own);
            sum.close();
            put(slot, own, true);
            sum = own;
        }
        return sum;
    }

    void pass(Tensor input, Tensor gradient, boolean only) {
        Tensor buffer = leafBuffer(input);
        if (buffer != null) {
            if (input.gradientWritten()) {
                accumulate(input, gradient);
            } else {
                Kernels.current().copy(gradient, buffer);
                input.markGradient(true);
            }
        } else if (gradients[input.tapeSlot()] == null) {
            boolean keepsExclusive = only && currentSlot >= 0 && exclusive[currentSlot] && !hasZeroStride(gradient);
            put(input.tapeSlot(), gradient.detach(), keepsExclusive);
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
        Tensor sum = accumulator(input);
        Kernels.current().binary(Binary.ADD, sum, addition, sum);
    }

    private @Nullable Tensor leafBuffer(Tensor input) {
        if (!input.requiresGradient()) {
            return null;
        }
        Tensor buffer = input.gradientBuffer();
        if (buffer == null) {
            buffer = Tensor.uninitialized(input.dtype(), input.shape());
            input.attachGradient(buffer);
        }
        return buffer;
    }

    private void put(int slot, Tensor gradient, boolean owned) {
        gradients[slot] = gradient;
        exclusive[slot] = owned;
    }

    /** Returns whether a tensor is a result recorded on this tape. */
    public boolean recorded(Tensor tensor) {
        return tensor.tape() == id;
    }

    /** Returns how many operations are recorded. */
    public int size() {
        return calls.size();
    }

    /** Stops recording and forgets what was recorded. Calling it again does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            for (Call call : calls) {
                call.releaseSaved();
            }
            calls.clear();
            Arrays.fill(gradients, null);
            if (CURRENT.get() == this) {
                CURRENT.set(outer);
            }
        }
    }

    @Override
    public String toString() {
        return "Tape of " + calls.size() + " operations";
    }
}
