using OciSharp.Linux;
using static OciSharp.Linux.Netlink;
using Errno = Mono.Unix.Native.Errno;

namespace OciSharp.Runtime.Network;

/// <summary>What the kernel answers to one request: it grows with each datagram until the acknowledgement, or the end of a dump.</summary>
internal sealed class NetlinkReply(uint sequence)
{
    /// <summary>The bodies of the messages, without those that only steer.</summary>
    public List<byte[]> Messages { get; } = [];

    /// <summary>Whether the answer is whole.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether what was dumped changed while it was: some of it may be missing.</summary>
    public bool IsInterrupted { get; private set; }

    /// <summary>Why the kernel refuses, or 0.</summary>
    public Errno Errno { get; private set; }

    /// <summary>What the kernel says about it besides (the extended acknowledgement of Linux 4.12), or null.</summary>
    public string? Explanation { get; private set; }

    /// <summary>The kernel's reason in words.</summary>
    public string Reason => Explanation is null ? ErrorText.Of(Errno) : $"{ErrorText.Of(Errno)}: {Explanation}";

    /// <summary>Takes in one datagram. Messages for another request are passed over.</summary>
    /// <exception cref="ContainerException">It is malformed.</exception>
    public void Take(ReadOnlySpan<byte> datagram)
    {
        var reader = new NetlinkReader(datagram);
        while (!IsComplete && reader.NextMessage(out nlmsghdr header, out ReadOnlySpan<byte> body))
        {
            if (header.nlmsg_seq != sequence)
                continue;
            IsInterrupted |= (header.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
            switch (header.nlmsg_type)
            {
                case NLMSG_NOOP:
                    break;
                case NLMSG_ERROR:
                    Acknowledge(header, body);
                    break;
                case NLMSG_DONE:
                    Finish(header, body);
                    break;
                case NLMSG_OVERRUN:
                    throw new ContainerException("the kernel's answer about network devices is not whole: data was lost");
                default:
                    Messages.Add(body.ToArray());
                    break;
            }
        }
    }

    /// <summary>A negated errno, or 0; the request, of which only the header remains if it is capped; attributes.</summary>
    private void Acknowledge(in nlmsghdr header, ReadOnlySpan<byte> body)
    {
        var reader = new NetlinkReader(body);
        nlmsgerr error = reader.Take<nlmsgerr>();
        if ((header.nlmsg_flags & NLM_F_ACK_TLVS) != 0)
        {
            if ((header.nlmsg_flags & NLM_F_CAPPED) == 0)
                reader.Skip(RequestBody(error.msg));
            Explain(reader);
        }

        Complete(error.error);
    }

    /// <summary>A negated errno, or 0, and attributes; old kernels leave all of it out.</summary>
    private void Finish(in nlmsghdr header, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            Complete(0);
            return;
        }

        var reader = new NetlinkReader(body);
        int error = reader.Take<int>();
        if ((header.nlmsg_flags & NLM_F_ACK_TLVS) != 0)
            Explain(reader);
        Complete(error);
    }

    private static uint RequestBody(in nlmsghdr request)
    {
        uint header = (uint)System.Runtime.CompilerServices.Unsafe.SizeOf<nlmsghdr>();
        return request.nlmsg_len < header ? 0 : request.nlmsg_len - header;
    }

    private void Explain(NetlinkReader attributes)
    {
        while (attributes.NextAttribute(out ushort type, out ReadOnlySpan<byte> payload))
        {
            if (type == NLMSGERR_ATTR_MSG)
                Explanation = NetlinkReader.Text(payload);
        }
    }

    private void Complete(int error)
    {
        Errno = (Errno)(-error);
        IsComplete = true;
    }
}
