using System.Buffers;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Tributary.Graph;

namespace Tributary.Batch;

/// <summary>
/// Writes the answer of a batch (protocol 11.3): part by part in the order of the requests, each as soon as those before it are there. What has gathered is sent
/// on when it has become much; an answer that stays small has a length.
/// </summary>
internal sealed class BatchAnswer : IDisposable
{
    private const int SendBytes = 1024 * 1024;

    /// <summary>Said by the answer of the batch, or by the way the body is carried.</summary>
    private static readonly HashSet<string> LeftOut = new(StringComparer.OrdinalIgnoreCase)
    {
        HeaderNames.ContentLength, HeaderNames.ContentEncoding, HeaderNames.TransferEncoding, HeaderNames.Connection, HeaderNames.Vary, HeaderNames.XContentTypeOptions,
        "x-ms-ags-diagnostic",
    };

    private readonly ArrayBufferWriter<byte> _gathered = new(16 * 1024);
    private readonly Utf8JsonWriter _json;
    private readonly HttpContext _batch;

    public BatchAnswer(HttpContext batch)
    {
        _batch = batch;
        batch.Response.ContentType = AcceptedFormat.Of(batch).ContentType;
        batch.Response.Headers["OData-Version"] = "4.0";
        batch.Response.Headers.CacheControl = "no-cache";
        _json = new Utf8JsonWriter(_gathered, GraphResult.WriterOptions);
        _json.WriteStartObject();
        _json.WriteStartArray("responses");
    }

    /// <summary>
    /// Whether the answer of a part is whole: it has the length that it told, or else it is JSON to its end. One that broke off in the middle would break the JSON
    /// of all others.
    /// </summary>
    public static bool CanCarry(PartAnswer answer)
    {
        if (answer.Body.IsEmpty || answer.Headers.ContentLength == answer.Body.Length || !BatchPart.IsJson(answer.Headers.ContentType))
        {
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(answer.Body.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
            reader.Read();
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public async Task AddAsync(BatchPart part, PartAnswer answer)
    {
        _json.WriteStartObject();
        _json.WriteString("id", part.Id);
        _json.WriteNumber("status", answer.Status);
        _json.WriteStartObject("headers");
        foreach (var header in answer.Headers)
        {
            if (!LeftOut.Contains(header.Key))
            {
                _json.WriteString(header.Key, header.Value.ToString());
            }
        }

        _json.WriteEndObject();
        if (!answer.Body.IsEmpty)
        {
            _json.WritePropertyName("body");
            if (BatchPart.IsJson(answer.Headers.ContentType))
            {
                _json.WriteRawValue(answer.Body.Span, skipInputValidation: true);
            }
            else
            {
                _json.WriteBase64StringValue(answer.Body.Span);
            }
        }

        _json.WriteEndObject();
        _json.Flush();
        if (_gathered.WrittenCount >= SendBytes)
        {
            await SendAsync();
        }
    }

    public async Task EndAsync()
    {
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
        if (!_batch.Response.HasStarted)
        {
            _batch.Response.ContentLength = _gathered.WrittenCount;
        }

        await SendAsync();
    }

    public void Dispose() => _json.Dispose();

    private async Task SendAsync()
    {
        await _batch.Response.Body.WriteAsync(_gathered.WrittenMemory, _batch.RequestAborted);
        _gathered.ResetWrittenCount();
    }
}
