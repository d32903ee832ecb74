using OciSharp.Init.Plan;
using OciSharp.Linux;

namespace OciSharp.Init.Child;

/// <summary>The child's half of the protocol that <see cref="MessageKind"/> draws.</summary>
internal static unsafe class Sync
{
    /// <summary>
    /// Reports the failure of a step, with what the state says about it, and ends the process when whoever reads it has hung up: until then,
    /// the files and the permissions that it met can be looked at from outside.
    /// </summary>
    public static void Fail(ChildState* state, int index, OpCode code, int errno)
    {
        byte* report = stackalloc byte[sizeof(Message) + PlanHeader.ErrorTextSize];
        Message* message = (Message*)report;
        message->Kind = MessageKind.Failed;
        message->A = index;
        message->B = errno;
        message->C = state->Detail;
        message->Op = code;
        byte* end = report + sizeof(Message);
        *end = 0;
        if (state->Arena is not null)
            end = Text.Append(end, state->Header->ErrorText);

        // write(2) and read(2), as a filter may be in force that knows no sendmsg(2) and recvmsg(2).
        nint going = RawSyscall.write(state->Socket, report, (nuint)(end - report));
        while (going > 0 && state->Arena is not null) // before that, this process may hold the other end itself
            going = RawSyscall.read(state->Socket, report, (nuint)sizeof(Message));
        RawSyscall.exit_group(1);
    }

    /// <summary>
    /// Gives way to a helper without foresight: this one is in namespaces that the plan does not want. It stays until the parent has
    /// seen it out.
    /// </summary>
    public static void Withdraw(ChildState* state)
    {
        Send(state, MessageKind.Unforeseen, 0, -1);
        Message message;
        int descriptor;
        while (RawSyscall.ReceiveWithFd(state->Socket, &message, (nuint)sizeof(Message), &descriptor) > 0)
        {
            if (descriptor >= 0)
                RawSyscall.close(descriptor);
        }

        RawSyscall.exit_group(0);
    }

    /// <summary>Sends one word, with a descriptor unless it is negative.</summary>
    public static nint Send(ChildState* state, MessageKind kind, int number, int fd)
    {
        Message message = default;
        message.Kind = kind;
        message.A = number;
        nint sent = RawSyscall.SendWithFd(state->Socket, &message, (nuint)sizeof(Message), fd);
        return sent < 0 ? sent : 0;
    }

    /// <summary>
    /// Waits for <paramref name="kind"/>. If the parent is gone there is nobody to report to and nothing to launch: the process ends,
    /// and the kernel takes back all that it made.
    /// </summary>
    public static void Await(ChildState* state, MessageKind kind)
    {
        Message message;
        int* fds = stackalloc int[RawSyscall.MaxFds];
        int count = Await(state, kind, &message, fds);
        for (int i = 0; i < count; i++)
            RawSyscall.close(fds[i]);
    }

    /// <summary>As above; what comes along goes to <paramref name="fds"/>, which has room for all that may.</summary>
    /// <returns>The number of descriptors.</returns>
    private static int Await(ChildState* state, MessageKind kind, Message* message, int* fds)
    {
        int count;
        nint size = RawSyscall.ReceiveWithFds(state->Socket, message, (nuint)sizeof(Message), fds, &count);
        if (size != sizeof(Message) || message->Kind != kind)
            RawSyscall.exit_group(1);
        return count;
    }

    /// <summary>Says the word X and waits for Done. Descriptors that come with the answer go to the slot and those after it.</summary>
    public static nint Ask(ChildState* state, Op* op)
    {
        nint sent = Send(state, (MessageKind)op->X, 0, -1);
        if (sent < 0)
            return sent;
        Message message;
        int* fds = stackalloc int[RawSyscall.MaxFds];
        int count = Await(state, MessageKind.Done, &message, fds);
        for (int i = 0; i < count; i++)
            state->Set(op->Slot + i, fds[i]);
        return 0;
    }

    /// <summary>
    /// Joins the container's cgroups: the parent sends the file for that of each hierarchy when it is made, and we move ourselves. A
    /// thread that moves itself into a v1 hierarchy needs none of the locks that make it cost milliseconds to move a process. The
    /// unified one has such a lock, but a process may be born there (<see cref="Namespaces.CloneInit"/>).
    /// </summary>
    public static nint JoinCgroups(ChildState* state)
    {
        Message message;
        int* fds = stackalloc int[RawSyscall.MaxFds];
        int count = Await(state, MessageKind.Cgroups, &message, fds);
        nint result = 0;
        for (int i = 0; i < count; i++)
        {
            bool unified = i == message.A;
            nint written = unified && state->BornInCgroup ? 0 : RawSyscall.write(fds[i], Text.Z("0"u8), 1);
            if (written < 0 && result >= 0)
            {
                result = written;
                state->Detail = i;
            }

            RawSyscall.close(fds[i]);
        }

        return result;
    }

    /// <summary>Waits until the parent has written down who we are, and the filter: from here on, we may outlive it.</summary>
    public static nint AwaitRecord(ChildState* state)
    {
        Await(state, MessageKind.Recorded);
        return 0;
    }

    /// <summary>
    /// The container is created: says so, and waits for a call of <c>start</c> on the listening socket, whose connection takes the place
    /// of the old one.
    /// </summary>
    public static nint AwaitStart(ChildState* state)
    {
        nint sent = Send(state, MessageKind.Created, 0, -1);
        if (sent < 0)
            return sent;
        int listener = state->Get(Slot.Given);
        int* output = stackalloc int[RawSyscall.MaxFds];
        Footprint.Shrink(state->Auxiliary);
        while (true)
        {
            nint connection = RawSyscall.accept4(listener, Socket.SOCK_CLOEXEC);
            if (connection == -4) // EINTR
                continue;
            if (connection < 0)
                return connection;
            Message message;
            int count;
            if (RawSyscall.ReceiveWithFds((int)connection, &message, (nuint)sizeof(Message), output, &count) == sizeof(Message)
                && message.Kind == MessageKind.Start)
            {
                RawSyscall.close(state->Socket);
                state->Socket = (int)connection;
                state->Set(Slot.Given, 0);
                Tracing.Continue(state, message.A != 0 && count > 0 ? output[--count] : 0);
                for (int i = 0; i < count; i++)
                    state->Set(Slot.HookOutput + i, output[i]);
                return 0;
            }

            // That caller died before it said anything; the next one may live.
            RawSyscall.close((int)connection);
        }
    }
}
