{# The script of the form on the desk: that of `/admin/`, with what saves. #}
{% filter joined("desk") %}
{% include "scripts/desk/deskwords.js" %}

{% include "scripts/desk/asking.js" %}

{% include "scripts/desk_form/questions.js" %}

{% include "scripts/desk_form/conflict.js" %}

{% include "scripts/desk_form/saving.js" %}

{% include "scripts/desk_form/deskstart.js" %}
{% endfilter %}
