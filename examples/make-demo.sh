#!/usr/bin/env bash
# Makes demo.mp4: a slow gradient, a drifting disc, a bar that grows with the time, a running time code, and a soft chord.
# Needs ffmpeg with libx264, and the DejaVu fonts. Nothing in it comes from anybody else's work: CC0.
set -euo pipefail
cd "$(dirname "$0")"

seconds=24
size=640x360
rate=24
font="${FONT:-/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf}"

disc="color=white:s=120x120:r=$rate:d=$seconds,format=rgba,geq=r=255:g=244:b=214:a='clip(235*(60-hypot(X-60,Y-60))/10,0,215)'"
bar="color=0xfff4d6:s=560x8:r=$rate:d=$seconds"
picture="
  gradients=s=$size:r=$rate:d=$seconds:n=4:c0=0x0b1d3a:c1=0x17607d:c2=0xe8835a:c3=0x6b2d5c:x0=0:y0=0:x1=640:y1=360:speed=0.008:seed=7[sky];
  $disc[disc];
  $bar[bar];
  color=0x0b1d3a:s=560x8:r=$rate:d=$seconds[groove];
  [sky][disc]overlay=x='260+210*sin(2*PI*t/12)':y='120+60*sin(2*PI*t/8)':shortest=1[a];
  [groove][bar]overlay=x='-560+560*t/$seconds':y=0[grown];
  [a][grown]overlay=x=40:y=326[b];
  [b]drawtext=fontfile=$font:text='rangecast':x=40:y=28:fontsize=30:fontcolor=0xfff4d6,
  drawtext=fontfile=$font:text='%{pts\:hms}':x=w-tw-40:y=28:fontsize=30:fontcolor=0xfff4d6,
  format=yuv420p[v]"
# A major chord that swells and ebbs; the top voice comes and goes slower than the rest.
sound="aevalsrc='0.07*(sin(2*PI*220*t)+0.8*sin(2*PI*277.18*t)+0.7*sin(2*PI*329.63*t))*(0.65+0.35*sin(2*PI*t/6))+0.03*sin(2*PI*440*t)*(0.5+0.5*sin(2*PI*t/9))':s=44100:d=$seconds,afade=t=in:d=1,afade=t=out:st=$((seconds - 1)):d=1[s]"

ffmpeg -hide_banner -loglevel error -y -filter_complex "$picture;$sound" -map '[v]' -map '[s]' -t "$seconds" \
  -c:v libx264 -profile:v high -preset veryslow -crf 24 -maxrate 320k -bufsize 640k -g $((rate * 2)) \
  -c:a aac -b:a 64k -ac 1 -movflags +faststart -fflags +bitexact -flags:v +bitexact -flags:a +bitexact demo.mp4
