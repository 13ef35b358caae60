using Tributary.Tests.Hosting;

namespace Tributary.Tests.Batch;

/// <summary>
/// Batches of which nothing may be executed. Wherever the fault allows it, a request stands before it that would store the item <c>T1</c> of <c>contosohr</c>.
/// </summary>
internal static class MalformedBatches
{
    private const string Format = "Invalid batch payload format.";

    private static readonly string Good = BatchServer.Put("good", "contosohr", "T1");

    public static readonly IReadOnlyList<MalformedRequest> All =
    [
        .. Payloads(),
        .. Members(),
        .. Headers(),
        .. Ids(),
        .. Dependencies(),
        .. Carriers(),
    ];

    private static IEnumerable<MalformedRequest> Payloads()
    {
        yield return Whole("empty", "", "The JSON is not valid at line 1, byte 1.");
        yield return Whole("blank", " \n ", "The JSON is not valid at line 2, byte 2.");
        yield return Whole("no JSON", "requests", "The JSON is not valid at line 1, byte 1.");
        yield return Whole("null", "null", "$: A batch is an object with the member 'requests'.");
        yield return Whole("a string", "\"requests\"", "$: A batch is an object");
        yield return Whole("a number", "1", "$: A batch is an object");
        yield return Whole("an array of requests", $"[{Good}]", "$: A batch is an object");
        yield return Whole("an empty object", "{}", "$.requests: The member is required.");
        yield return Whole("an object with another member", $$"""{"request":[{{Good}}]}""", "$.requests: The member is required.");
        yield return Whole("cut off", $$"""{"requests":[{{Good}}""", "The JSON is not valid at line 1");
        yield return Whole("cut off after the array", $$"""{"requests":[{{Good}}]""", "The JSON is not valid at line 1");
        yield return Whole("followed by a second object", $$"""{"requests":[{{Good}}]}{}""", "The JSON is not valid at line 1");
        yield return Whole("with a comma at the end", $$"""{"requests":[{{Good}},]}""", "The JSON is not valid at line 1");
        yield return Whole("with a comment", $$"""{"requests":[{{Good}}/* */]}""", "The JSON is not valid at line 1");
        yield return Whole("with broken JSON in a body", $$"""{"requests":[{{Good}},{"id":"2","method":"POST","url":"/x","body":{"a":} }]}""", "The JSON is not valid at line 1");
        yield return Whole("requests null", """{"requests":null}""", "$.requests: The member must be an array.");
        yield return Whole("requests a string", """{"requests":"x"}""", "$.requests: The member must be an array.");
        yield return Whole("requests an object", $$"""{"requests":{"1":{{Good}} } }""", "$.requests: The member must be an array.");
        yield return Whole("requests empty", """{"requests":[]}""", "$.requests: A batch holds at least one request.");
        yield return Whole("requests twice", $$"""{"requests":[{{Good}}],"requests":[]}""", "$.requests: The member stands more than once.");
        yield return Whole("requests twice in two letter cases", $$"""{"requests":[{{Good}}],"Requests":[{{Good}}]}""", "$.requests: The member stands more than once.");
        yield return Whole("with half a surrogate pair in a name", $$"""{"requests":[{{Good}}],"\ud800":1}""", "A text in the batch is not valid UTF-8");
        yield return After("request null", "null", "$.requests[1]: A request is an object");
        yield return After("request a string", "\"GET /external/connections\"", "$.requests[1]: A request is an object");
        yield return After("request an array", "[]", "$.requests[1]: A request is an object");
        yield return Row(
            "of 21 requests",
            $$"""{"requests":[{{string.Join(',', Enumerable.Range(1, 21).Select(i => BatchServer.Put($"{i}", "contosohr", "T1")))}}]}""",
            "Number of requests inside batch exceeds the limit.",
            "A batch holds at most 20 requests.");
    }

    private static IEnumerable<MalformedRequest> Members()
    {
        yield return After("id missing", """{"method":"GET","url":"/external/connections"}""", "$.requests[1].id: The id is required.");
        yield return After("id null", Of("null"), "$.requests[1].id: The id is required.");
        yield return After("id empty", Of("\"\""), "$.requests[1].id: The id is required.");
        yield return After("id Boolean", Of("true"), "$.requests[1].id: The member must be a string.");
        yield return After("id an object", Of("{}"), "$.requests[1].id: The member must be a string.");
        yield return After("id an array", Of("[\"2\"]"), "$.requests[1].id: The member must be a string.");
        yield return After("id with half a surrogate pair", Of("\"\\udc00\""), "A text in the batch is not valid UTF-8");
        yield return After("id twice", """{"id":"2","method":"GET","url":"/x","ID":"3"}""", "$.requests[1].id: The member stands more than once.");
        yield return After("method missing", """{"id":"2","url":"/external/connections"}""", "$.requests[1].method: The method is required.");
        yield return After("method null", Of("\"2\"", "null"), "$.requests[1].method: The method is required.");
        yield return After("method empty", Of("\"2\"", "\"\""), "$.requests[1].method: The method is required.");
        yield return After("method a number", Of("\"2\"", "1"), "$.requests[1].method: The member must be a string.");
        yield return After("method with a blank", Of("\"2\"", "\"GET \""), "$.requests[1].method: 'GET ' is no HTTP method.");
        yield return After("method with a line break", Of("\"2\"", "\"GET\\r\\nX: y\""), "is no HTTP method.");
        yield return After("method beyond ASCII", Of("\"2\"", "\"GÉT\""), "$.requests[1].method: 'GÉT' is no HTTP method.");
        yield return After("url missing", """{"id":"2","method":"GET"}""", "$.requests[1].url: The url is required.");
        yield return After("url null", Of("\"2\"", "\"GET\"", "null"), "$.requests[1].url: The url is required.");
        yield return After("url empty", Of("\"2\"", "\"GET\"", "\"\""), "$.requests[1].url: The url is required.");
        yield return After("url an object", Of("\"2\"", "\"GET\"", "{}"), "$.requests[1].url: The member must be a string.");
        yield return After("url twice", """{"id":"2","method":"GET","url":"/x","url":"/y"}""", "$.requests[1].url: The member stands more than once.");
        yield return After("body twice", """{"id":"2","method":"POST","url":"/x","body":{},"Body":{}}""", "$.requests[1].body: The member stands more than once.");
    }

    private static IEnumerable<MalformedRequest> Headers()
    {
        yield return Header("a string", "\"Content-Type: application/json\"", "$.requests[1].headers: The member must be an object of strings.");
        yield return Header("an array", "[]", "$.requests[1].headers: The member must be an object of strings.");
        yield return Header("with a number", """{"Prefer":1}""", "$.requests[1].headers.Prefer: The value of a header must be a string.");
        yield return Header("with null", """{"Prefer":null}""", "$.requests[1].headers.Prefer: The value of a header must be a string.");
        yield return Header("with an object", """{"Prefer":{}}""", "$.requests[1].headers.Prefer: The value of a header must be a string.");
        yield return Header("with an empty name", """{"":"x"}""", "$.requests[1].headers: '' is no name of a header.");
        yield return Header("too many", $"{{{string.Join(',', Enumerable.Range(0, 101).Select(i => $"\"x-{i}\":\"\""))}}}", "$.requests[1].headers: There are more than 100 headers.");
        yield return Header("with a pseudo-header", """{":path":"/"}""", "$.requests[1].headers: ':path' is no name of a header.");
        yield return Header("with a blank in a name", """{"Content Type":"x"}""", "$.requests[1].headers: 'Content Type' is no name of a header.");
        yield return Header("with a line break in a value", """{"Prefer":"x\r\nAuthorization: y"}""", "$.requests[1].headers.Prefer: The value of a header must not have control characters.");
        yield return Header("with a NUL in a value", """{"Prefer":"x\u0000"}""", "$.requests[1].headers.Prefer: The value of a header must not have control characters.");
        yield return Header("with a header twice", """{"Prefer":"x","prefer":"y"}""", "$.requests[1].headers.prefer: The header stands more than once.");

        static MalformedRequest Header(string what, string headers, string reason) =>
            After("headers " + what, $$"""{"id":"2","method":"GET","url":"/external/connections","headers":{{headers}}}""", reason);
    }

    private static IEnumerable<MalformedRequest> Ids()
    {
        yield return Unique("twice", "\"good\"", "good");
        yield return Unique("twice in two letter cases", "\"GOOD\"", "GOOD");
        yield return Row("ids: a number and its text", $$"""{"requests":[{{Of("1")}},{{Good}},{{Of("\"1\"")}}]}""", "Request Id 1 has to be unique in a batch.", "Ids are compared ignoring case.");
        yield return Row(
            "ids: very long ones twice",
            $$"""{"requests":[{{Of($"\"{new string('x', 200)}\"")}},{{Of($"\"{new string('x', 200)}\"")}}]}""",
            $"Request Id {new string('x', 100)}… has to be unique in a batch.",
            "Ids are compared ignoring case.");

        static MalformedRequest Unique(string what, string id, string told) =>
            Row("ids: " + what, $$"""{"requests":[{{Good}},{{Of(id)}}]}""", $"Request Id {told} has to be unique in a batch.", "Ids are compared ignoring case.");
    }

    private static IEnumerable<MalformedRequest> Dependencies()
    {
        yield return Dependency("unknown", "[\"none\"]", "'none' names no request of the batch.");
        yield return Dependency("unknown beside a known one", "[\"good\",\"none\"]", "'none' names no request of the batch.");
        yield return Dependency("itself", "[\"2\"]", "It depends on itself.");
        yield return Dependency("later", "[\"good\",\"3\"]", "'3' stands later; a request can depend on earlier ones only.");
        yield return Row(
            "dependsOn: in a circle",
            $$"""{"requests":[{{Good}},{{Depending("a", "[\"b\"]")}},{{Depending("b", "[\"a\"]")}}]}""",
            "Invalid dependency for request Id a.",
            "'b' stands later; a request can depend on earlier ones only.");
        yield return Dependency("unknown in the other spelling", null, "'none' names no request of the batch.");
        yield return Shape("an object", "{}");
        yield return Shape("Boolean", "true");
        yield return Shape("an array with null", "[\"good\",null]");
        yield return Shape("an array with an array", "[[\"good\"]]");
        yield return After(
            "dependsOn: more ids than there may be requests",
            Depending("2", $"[{string.Join(',', Enumerable.Repeat("\"good\"", 21))}]"),
            "$.requests[1].dependsOn: There are more than 20 ids.");

        static string Depending(string id, string dependsOn) => $$"""{"id":"{{id}}","method":"GET","url":"/external/connections","dependsOn":{{dependsOn}}}""";

        static MalformedRequest Dependency(string what, string? dependsOn, string reason) => Row(
            "dependsOn: " + what,
            $$"""{"requests":[{{Good}},{{(dependsOn is null ? """{"id":"2","method":"GET","url":"/x","dependsOn":["good"],"depends_on":["none"]}""" : Depending("2", dependsOn))}},{{Of("\"3\"")}}]}""",
            "Invalid dependency for request Id 2.",
            reason);

        static MalformedRequest Shape(string what, string dependsOn) =>
            After("dependsOn: " + what, Depending("2", dependsOn), "$.requests[1].dependsOn: The member must be an array of ids.");
    }

    private static IEnumerable<MalformedRequest> Carriers()
    {
        string good = $$"""{"requests":[{{Good}}]}""";
        const string NotJson = "Entity only allows writes with a JSON Content-Type header.";
        yield return Row("without Content-Type", good, NotJson, "The request has no Content-Type.") with { ContentType = null };
        yield return Row("multipart", good, NotJson, "The Content-Type is 'multipart/mixed; boundary=x'.") with { ContentType = "multipart/mixed; boundary=x" };
        yield return Row("plain text", good, NotJson, "The Content-Type is 'text/plain'.") with { ContentType = "text/plain" };
        yield return Row("with an unknown encoding", good, "The content encoding is not supported.", "The Content-Encoding 'zstd'") with { ContentEncoding = "zstd", Status = 415, Code = "UnsupportedMediaType" };
        yield return Row("with a broken encoding", good, "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.", "The compressed body is broken.") with { ContentEncoding = "gzip" };
        yield return Row("larger than the limit", good.PadRight(100_001), "The request entity is too large.", "The request body is over the limit of 100000 bytes.") with { Status = 413, Code = "RequestEntityTooLarge", InnerCode = "maxFileSizeExceeded" };
        yield return Row("larger than the limit without a length", good.PadRight(100_001), "The request entity is too large.", "The request body is over the limit of 100000 bytes.") with { Status = 413, Code = "RequestEntityTooLarge", InnerCode = "maxFileSizeExceeded", IsChunked = true };
        yield return Row("in UTF-16", "", Format, "The JSON is not valid") with { Body = System.Text.Encoding.Unicode.GetBytes(good) };
        yield return Row("with a name that is no UTF-8", "", Format, "A text in the batch is not valid UTF-8") with { Body = [(byte)'{', (byte)'"', 0xE4, (byte)'"', (byte)':', (byte)'1', (byte)'}'] };
    }

    private static string Of(string id, string method = "\"GET\"", string url = "\"/external/connections\"") => $$"""{"id":{{id}},"method":{{method}},"url":{{url}}}""";

    private static MalformedRequest After(string what, string request, string reason) => Whole(what, $$"""{"requests":[{{Good}},{{request}}]}""", reason);

    private static MalformedRequest Whole(string what, string body, string reason) => Row(what, body, Format, reason);

    private static MalformedRequest Row(string what, string body, string message, string reason) =>
        new MalformedRequest(what, "POST", "/v1.0/$batch", MalformedRequest.Utf8(body), 400, "BadRequest", null, reason).WithMessage(message);
}
