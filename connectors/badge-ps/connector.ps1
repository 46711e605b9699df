#requires -Version 7.2
# A connector in PowerShell: reads lines of JSON, each with many people, and writes the results to a separate channel.
# Replace everything between "The badge system" and "The protocol" with the code for your product.

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
$ProgressPreference = 'SilentlyContinue'

# ---- The badge system -------------------------------------------------------------------------------------------------

if (-not $env:BADGE_API) { throw 'BADGE_API is not set. Set it to the address of the badge system, such as https://badges.contoso.local/api' }
$script:api = $env:BADGE_API.TrimEnd('/')

# Calls the system. Redirects are not followed, because they could send the body to another server.
function Invoke-Badge([string] $Method, [string] $Path, $Body) {
    $call = @{ Method = $Method; Uri = "$script:api$Path"; TimeoutSec = 30; MaximumRedirection = 0 }
    if ($null -ne $Body) {
        # Sent as bytes, because some versions encode a string as Latin-1.
        $call.Body = [System.Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $Body -Depth 5 -Compress))
        $call.ContentType = 'application/json; charset=utf-8'
    }
    Invoke-RestMethod @call
}

# Converts the fields of the mapping to the field names of the system.
function ConvertTo-Card($Record, [bool] $Active) {
    [ordered]@{ mail = $Record['Mail']; holder = $Record['Name']; site = $Record['Site']; active = $Active }
}

function New-Card($Record) {
    $card = Invoke-Badge 'POST' '/cards' (ConvertTo-Card $Record $true)
    [ordered]@{ status = 'done'; key = [string] $card.id }
}

function Set-Card([string] $Key, $Record, [bool] $Active) {
    $null = Invoke-Badge 'PUT' "/cards/$([uri]::EscapeDataString($Key))" (ConvertTo-Card $Record $Active)
    [ordered]@{ status = 'done' }
}

# Finds all cards with this e-mail address. No match is an empty list, not an error.
function Find-Card($Record) {
    $mail = [uri]::EscapeDataString([string] $Record['Mail'])
    $cards = @(Invoke-Badge 'GET' "/cards?mail=$mail")
    @(foreach ($card in $cards) {
        if ($null -eq $card) { continue }
        [ordered]@{ key = [string] $card.id; record = [ordered]@{ Mail = [string] $card.mail; Name = [string] $card.holder; Site = [string] $card.site } }
    })
}

# Converts a failed call to the outcome for its person.
function ConvertTo-Outcome($Failure) {
    $exception = $Failure.Exception
    $code = 0
    if ($exception -is [Microsoft.PowerShell.Commands.HttpResponseException]) { $code = [int] $exception.Response.StatusCode }
    switch ($code) {
        404 { return [ordered]@{ status = 'missing'; reason = 'answered 404' } }
        409 { return [ordered]@{ status = 'exists'; reason = 'answered 409' } }
        { $_ -in 401, 403, 429 } { return [ordered]@{ status = 'retry'; reason = "answered $code" } }
        { $_ -ge 400 -and $_ -lt 500 } { return [ordered]@{ status = 'reject'; reason = "answered $code" } }
    }
    # After a time-out, a closed connection or a 5xx, the write may have succeeded.
    [ordered]@{ status = 'unclear'; reason = $exception.Message }
}

# ---- The protocol -----------------------------------------------------------------------------------------------------

# Opens the channel for results, separate from the output of commands: file descriptor 3, or the pipe that VESTIBULE_ANSWERS names.
function Open-Channel {
    if ($env:VESTIBULE_ANSWERS) {
        $stream = [System.IO.Pipes.NamedPipeClientStream]::new('.', $env:VESTIBULE_ANSWERS, [System.IO.Pipes.PipeDirection]::InOut)
        $stream.Connect(5000)
    }
    else {
        $handle = [Microsoft.Win32.SafeHandles.SafeFileHandle]::new([IntPtr] 3, $false)
        $stream = [System.IO.FileStream]::new($handle, [System.IO.FileAccess]::Write, 1)
    }
    $writer = [System.IO.StreamWriter]::new($stream, [System.Text.UTF8Encoding]::new($false))
    $writer.NewLine = "`n"
    $writer.AutoFlush = $true
    $writer
}

# Sends one person's result immediately. If the script ends without a result for a person, Vestibule looks up the person before the next write.
function Send-Result($Result) {
    $script:channel.WriteLine((ConvertTo-Json -InputObject ([ordered]@{ v = 1; results = @($Result) }) -Depth 8 -Compress))
}

function Invoke-Item([string] $Do, $Item) {
    $record = $Item['record']
    $key = [string] $Item['key']
    switch ($Do) {
        'create' { return New-Card $record }
        'update' { return Set-Card $key $record $true }
        'deactivate' { return Set-Card $key $record $false }
        'find' { return [ordered]@{ found = @(Find-Card $record) } }
        default { return [ordered]@{ status = 'reject'; reason = "this script does not support $Do" } }
    }
}

# Strings that look like dates must stay strings. Versions before 7.5 have no parameter for this.
$script:reading = @{ AsHashtable = $true; NoEnumerate = $true }
if ((Get-Command ConvertFrom-Json).Parameters.ContainsKey('DateKind')) { $script:reading.DateKind = 'String' }

$script:channel = Open-Channel
while ($null -ne ($line = [Console]::In.ReadLine())) {
    if ([string]::IsNullOrWhiteSpace($line)) { continue }
    $message = ConvertFrom-Json -InputObject $line @reading
    foreach ($item in $message['items']) {
        try { $outcome = Invoke-Item $message['do'] $item }
        catch {
            # A failed search must not look like a search without a match: the script ends, and Vestibule repeats the search.
            if ($message['do'] -eq 'find') { throw }
            $outcome = ConvertTo-Outcome $_
        }
        $result = [ordered]@{ n = $item['n'] }
        foreach ($field in $outcome.Keys) { $result[$field] = $outcome[$field] }
        Send-Result $result
    }
}
