using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace OciSharp.EngineContract.Cri;

/// <summary>A call that was refused.</summary>
internal sealed class RefusedException(string message) : Exception(message);

/// <summary>
/// containerd as the kubelet speaks to it: the RuntimeService of Kubernetes' Container Runtime Interface (runtime.v1), by gRPC over a socket. Its definition is
/// <c>api.proto</c> of k8s.io/cri-api, where the numbers of the fields come from.
/// </summary>
internal sealed class RuntimeService : IDisposable
{
    private const int HeadSize = 5; // of a message of gRPC: not compressed, its length
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectCallback = Connect })
    {
        BaseAddress = new Uri("http://containerd/runtime.v1.RuntimeService/"),
    };

    /// <summary>Where containerd listens, from the variable that <c>ctr</c> reads too; null where there is none for us.</summary>
    public static string? Socket { get; } = Environment.GetEnvironmentVariable("CONTAINERD_ADDRESS");

    /// <exception cref="RefusedException">It was refused.</exception>
    public Message Call(string method, Message request)
    {
        var message = request.Encode();
        var body = new byte[HeadSize + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), message.Length);
        message.CopyTo(body, HeadSize);
        using var post = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        post.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        post.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));

        using var response = _http.SendAsync(post).GetAwaiter().GetResult();
        var answer = response.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult();
        if (Trailer(response, "grpc-status") is not "0") throw new RefusedException($"{method}: {Uri.UnescapeDataString(Trailer(response, "grpc-message") ?? $"{response.StatusCode}")}");
        return Message.Decode(answer.AsSpan(HeadSize));
    }

    public void Dispose() => _http.Dispose();

    /// <summary>What stands behind the answer, or before it where there is none.</summary>
    private static string? Trailer(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.First() : null;

    private static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket!), cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
