package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_default_flags;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * What one thread needs to run primitives: a stream, the compiled primitives it used last, operands to refill, and
 * memory for intermediate results. A new thread takes over the context of one that has ended.
 */
final class OneDnnContext {
    /** Temporary memory for oneDNN's own use. */
    static final int SCRATCHPAD = 0;
    /** Temporary memory for a contiguous copy of an input. */
    static final int FIRST = 1;
    /** Temporary memory for another. */
    static final int SECOND = 2;
    /** Temporary memory for intermediate results. */
    static final int THIRD = 3;
    /** Temporary memory for a result that is copied to where it belongs. */
    static final int FOURTH = 4;
    /** Temporary memory for packed weights. */
    static final int FIFTH = 5;

    /** How many compiled primitives a thread keeps. */
    static final int CAPACITY = Integer.getInteger("learn4j.primitives", 1024);

    /** Work on less memory than this runs on one thread. */
    static final long SERIAL_BYTES = Long.getLong("learn4j.serialBytes", 1 << 20);

    private static final int ALIGNMENT = 64;
    private static final ThreadLocal<OneDnnContext> CURRENT = ThreadLocal.withInitial(OneDnnContext::take);
    private static final List<OneDnnContext> ALL = new ArrayList<>();

    private final dnnl_stream stream = new dnnl_stream();
    private final OneDnnKey key = new OneDnnKey();
    private final Plans plans = new Plans();
    private final OneDnnOperand[] operands = new OneDnnOperand[10];
    private final OneDnnOperand[] two = new OneDnnOperand[2];
    private final OneDnnOperand[] three = new OneDnnOperand[3];
    private final Address pointer = new Address();
    private final @Nullable BytePointer[] temporaries = new BytePointer[6];
    private final long[] temporaryBytes = new long[6];
    private final IntAddress ints = new IntAddress();
    private final int[] block = new int[DropoutPattern.BLOCK];
    private final FloatPointer result = new FloatPointer(ALIGNMENT);
    private float[] floats = new float[0];
    private int[] places = new int[0];
    private @Nullable FloatPointer ones;
    private WeakReference<Thread> owner;

    private OneDnnContext() {
        owner = new WeakReference<>(Thread.currentThread());
        OneDnn.check(dnnl_stream_create(stream, OneDnn.ENGINE, dnnl_stream_default_flags), "create a stream");
        for (int i = 0; i < operands.length; i++) {
            operands[i] = new OneDnnOperand();
        }
        three[0] = two[0] = operands[7];
        three[1] = two[1] = operands[8];
        three[2] = operands[9];
    }

    /** Returns the calling thread's context. */
    static OneDnnContext current() {
        return CURRENT.get();
    }

    private static OneDnnContext take() {
        OneDnnThreads.applyToThisThread();
        synchronized (ALL) {
            for (OneDnnContext context : ALL) {
                Thread thread = context.owner.get();
                if (thread == null || !thread.isAlive()) {
                    context.owner = new WeakReference<>(Thread.currentThread());
                    return context;
                }
            }
            OneDnnContext context = new OneDnnContext();
            ALL.add(context);
            return context;
        }
    }

    /** Returns the number of contexts, of living threads and of ended ones that wait for another. */
    static int count() {
        synchronized (ALL) {
            return ALL.size();
        }
    }

    dnnl_stream stream() {
        return stream;
    }

    /** Returns a pointer to an address: always the same object, for immediate use. */
    FloatPointer pointer(long address) {
        return pointer.to(address);
    }

    /** Returns the operand of this number, to be refilled. */
    OneDnnOperand operand(int number) {
        return operands[number];
    }

    /** Returns two operands to be refilled and collapsed. */
    OneDnnOperand[] two() {
        return two;
    }

    /** Returns three operands to be refilled and collapsed: the same as {@link #two()} and one more. */
    OneDnnOperand[] three() {
        return three;
    }

    /** Returns the key, restarted with an operation. */
    OneDnnKey key(OneDnnOperation operation) {
        return key.start(operation);
    }

    /** Returns the plan for the key filled last, or null. */
    @Nullable
    OneDnnPlan find() {
        return plans.get(key);
    }

    /** Makes the plan for the key filled last and keeps it. */
    OneDnnPlan make(Consumer<OneDnnPlanBuilder> recipe) {
        return make(SERIAL_BYTES, recipe);
    }

    /** Makes the plan for the key filled last and keeps it: for this thread alone if it touches less memory than given. */
    OneDnnPlan make(long serialBytes, Consumer<OneDnnPlanBuilder> recipe) {
        OneDnnKey fixed = key.copy();
        OneDnnPlan plan = compile(serialBytes, recipe);
        plans.put(fixed, plan);
        return plan;
    }

    private OneDnnPlan compile(long serialBytes, Consumer<OneDnnPlanBuilder> recipe) {
        try (OneDnnPlanBuilder builder = new OneDnnPlanBuilder(this)) {
            recipe.accept(builder);
            if (!OneDnnThreads.canChoose() || builder.bytes() >= serialBytes) {
                return builder.build(false);
            }
        }
        OneDnnThreads.one();
        try (OneDnnPlanBuilder builder = new OneDnnPlanBuilder(this)) {
            recipe.accept(builder);
            return builder.build(true);
        } finally {
            OneDnnThreads.all();
        }
    }

    /** Returns how many plans are kept. */
    int plans() {
        return plans.size();
    }

    /** Returns the address of temporary memory, valid until more is asked for under the same number. */
    long temporary(int number, long bytes) {
        BytePointer block = temporaries[number];
        if (block == null || temporaryBytes[number] < bytes) {
            if (block != null) {
                temporaries[number] = null;
                block.close();
            }
            temporaryBytes[number] = 0;
            temporaries[number] = block = new BytePointer(bytes + ALIGNMENT);
            temporaryBytes[number] = bytes;
        }
        return (block.address() + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Returns the address of a vector of ones, of at least this length. */
    long ones(long count) {
        FloatPointer vector = ones;
        if (vector == null || vector.capacity() < count) {
            if (vector != null) {
                vector.close();
            }
            float[] block = new float[Math.toIntExact(Math.max(1024, count))];
            Arrays.fill(block, 1);
            ones = vector = new FloatPointer(block);
        }
        return vector.address();
    }

    /** Returns an array for a block of a dropout pattern. */
    int[] block() {
        return block;
    }

    /** Returns an array of at least this length, to be used until the next call. */
    float[] floats(int length) {
        if (floats.length < length) {
            floats = new float[length];
        }
        return floats;
    }

    /** Returns an array of at least this length, to be used until the next call. */
    int[] places(int length) {
        if (places.length < length) {
            places = new int[length];
        }
        return places;
    }

    /** Writes ints to memory at an address. */
    void write(long address, int[] values, int count) {
        ints.to(address).put(values, 0, count);
    }

    /** Returns the address of memory for one number. */
    long resultAddress() {
        return result.address();
    }

    /** Returns the number there. */
    float result() {
        return result.get(0);
    }

    /** A pointer that can be set to any address. */
    private static final class Address extends FloatPointer {
        Address() {
            super((Pointer) null);
        }

        Address to(long target) {
            address = target;
            return this;
        }
    }

    /** A pointer to ints that can be set to any address. */
    private static final class IntAddress extends IntPointer {
        IntAddress() {
            super((Pointer) null);
        }

        IntAddress to(long target) {
            address = target;
            return this;
        }
    }

    /** The compiled primitives, least recently used first. */
    private static final class Plans extends LinkedHashMap<OneDnnKey, OneDnnPlan> {
        private static final long serialVersionUID = 1L;

        Plans() {
            super(256, 0.5f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<OneDnnKey, OneDnnPlan> eldest) {
            if (size() <= CAPACITY) {
                return false;
            }
            eldest.getValue().destroy();
            return true;
        }
    }
}
