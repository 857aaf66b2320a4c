module rangecast.example/tcp-flow

go 1.26
