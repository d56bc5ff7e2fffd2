#!/bin/sh
# The demo image's my_handler where there is no Python: a bootstrap in plain sh and curl.
set -eu
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
head=$(mktemp)
trap 'rm -f "$head"' EXIT
if [ "$_HANDLER" != my_handler ]; then
  curl -sS -o /dev/null -X POST "$api/init/error" -H 'Lambda-Runtime-Function-Error-Type: Runtime.ImportModuleError' \
    -d "{\"errorMessage\":\"Unable to import module '$_HANDLER'\",\"errorType\":\"Runtime.ImportModuleError\"}"
  exit 1
fi
while :; do
  event=$(curl -sS -D "$head" "$api/invocation/next")
  id=$(sed -n 's/\r$//; s/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: *//p' "$head")
  echo "Hello from $AWS_LAMBDA_FUNCTION_NAME in $AWS_REGION"
  printf '{"handler":"my_handler","message":"Hello from Lambda","event":%s}' "$event" |
    curl -sS -o /dev/null -X POST "$api/invocation/$id/response" --data-binary @-
done
